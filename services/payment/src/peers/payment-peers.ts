import {
  paymentAuthorize,
  paymentCapture,
  paymentFind,
  paymentRefund,
  paymentVoid,
} from '@mkt/contracts';
import { type Id, ok } from '@mkt/kernel';
import { type PeerHandler, peerHandler } from '@mkt/service-kit';
import { authorize } from '../operations/authorize.ts';
import type { PaymentContext } from '../operations/context.ts';
import { find } from '../operations/find.ts';
import { giveUpGroup } from '../operations/give-up.ts';
import { move } from '../operations/move.ts';

const ofUnits = { bearer: null, reason: null } as const;

/** What the order service asks for; all of it is safe to repeat. */
export function paymentPeers(context: PaymentContext): PeerHandler[] {
  return [
    peerHandler(paymentAuthorize, (request) => authorize(context, request)),
    peerHandler(paymentFind, ({ groupId }) => find(context, groupId)),
    peerHandler(paymentCapture, async (request) => {
      const moved = await move(context, { kind: 'capture', ...request, ...ofUnits });
      if (!moved.ok) return moved;
      return ok({ captureId: moved.value.id, amountMinor: moved.value.amountMinor });
    }),
    peerHandler(paymentVoid, async ({ orderId, ...request }) => {
      if (orderId === null) return giveUpGroup(context, request.groupId);
      const moved = await move(context, { kind: 'void', ...request, orderId, ...ofUnits });
      return moved.ok ? ok({}) : moved;
    }),
    peerHandler(paymentRefund, async (request) => {
      const moved = await move(context, { kind: 'refund', ...request });
      if (!moved.ok) return moved;
      const refundId = moved.value.id as string as Id<'Refund'>;
      return ok({ refundId, amountMinor: moved.value.amountMinor });
    }),
  ];
}
