import { assert, ok, type VariantId } from '@mkt/kernel';
import {
  type ChangeResult,
  changed,
  identityOf,
  itemUnitsOf,
  newMovement,
  payableOfAll,
  type Taking,
  takeFree,
  type WantedUnits,
  wholeLine,
  withRuns,
} from './change.ts';
import { type By, type Order, shippingOf, statusOf } from './order.ts';

export interface CancelCommand {
  readonly cancellationId: string;
  /** Null cancels everything that is left. */
  readonly lines: readonly WantedUnits[] | null;
  readonly reason: string;
  readonly by: Exclude<By, 'system'>;
  readonly at: Date;
}

/**
 * Takes units out of an order before they are shipped and gives up their part of the payment. The
 * shipping goes with the last of the goods, and stays while anything is or was shipped.
 */
export function cancel(order: Order, command: CancelCommand): ChangeResult {
  const goods = takeFree(order, command.lines);
  if (!goods.ok) return goods;
  const { cancellationId, reason, by, at } = command;
  const left = withRuns(order.lines, goods.value, 'cancelled', cancellationId);
  const whole = statusOf(left, false) === 'cancelled';
  const shipping = shippingOf(order);
  const voided = whole && shipping ? [...goods.value, wholeLine(shipping)] : goods.value;
  const amountMinor = payableOfAll(voided);
  const movement = newMovement({
    movementId: cancellationId,
    kind: 'void',
    amountMinor,
    items: itemUnitsOf(voided),
    reason,
    createdAt: at,
  });
  const lines = withRuns(order.lines, voided, 'cancelled', cancellationId);
  const detail = { lines: itemUnitsOf(goods.value), amountMinor, reason, whole };
  const entry = { at, kind: 'cancelled' as const, by, detail };
  return ok({
    next: changed(order, { lines, movement, entry }),
    shipment: null,
    movement,
    entry,
    event: {
      type: 'cancelled',
      payload: {
        ...identityOf(order),
        email: order.email,
        lines: goods.value.map(cancelledLine),
        whole,
        refundMinor: amountMinor,
        currency: order.currency,
        reason,
        cancelledBy: by,
        cancelledAt: at.toISOString(),
      },
    },
  });
}

function cancelledLine({ line, run }: Taking) {
  const { lineId, title, variantId } = line.item;
  assert(variantId, 'A line of goods has a variant');
  const units = { lineId, fromUnit: run.from, units: run.units };
  return { ...units, variantId: variantId as VariantId, title };
}
