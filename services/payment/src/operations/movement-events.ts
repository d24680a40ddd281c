import { paymentCaptured, paymentRefunded, paymentVoided } from '@mkt/contracts';
import type { Id } from '@mkt/kernel';
import { unreachable } from '@mkt/kernel';
import type { Tx } from '@mkt/service-kit';
import type { Movement } from '../store/rows.ts';

export interface Settled {
  readonly movement: Movement;
  readonly feeMinor: number;
  readonly paymentVersion: number;
  readonly at: Date;
}

/** Tells of a settled movement: its vendor's data alone. */
export function emitSettled(tx: Tx, { movement, feeMinor, paymentVersion, at }: Settled): void {
  const { id, kind, paymentId, groupId, orderId, vendorId, amountMinor, currency } = movement;
  const common = { paymentId, groupId, orderId, vendorId, amountMinor, currency };
  const payload = { ...common, items: [...movement.items], at: at.toISOString() };
  const about = { aggregateId: paymentId, aggregateVersion: paymentVersion, vendorId };
  switch (kind) {
    case 'capture':
      tx.emit({
        ...about,
        contract: paymentCaptured,
        payload: { ...payload, captureId: id, feeMinor },
      });
      break;
    case 'void':
      tx.emit({ ...about, contract: paymentVoided, payload });
      break;
    case 'refund': {
      const refundId = id as string as Id<'Refund'>;
      const { bearer } = movement;
      tx.emit({ ...about, contract: paymentRefunded, payload: { ...payload, refundId, bearer } });
      break;
    }
    default:
      unreachable(kind);
  }
}
