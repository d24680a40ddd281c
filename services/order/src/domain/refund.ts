import type { ItemUnits } from '@mkt/contracts';
import {
  earliestRuns,
  type Money,
  ok,
  type Refusal,
  type Result,
  refuse,
  type UnitRun,
  unitsIn,
} from '@mkt/kernel';
import {
  type ChangeResult,
  changed,
  findLines,
  itemUnitsOf,
  newMovement,
  payableOfAll,
  type Taking,
  type WantedUnits,
  wholeLine,
} from './change.ts';
import {
  type By,
  freeUnits,
  goodsOf,
  movedMinor,
  type Order,
  type OrderLine,
  shippingOf,
  unitsTaken,
} from './order.ts';

interface RefundCommon {
  readonly refundId: string;
  readonly reason: string;
  readonly by: By;
  readonly at: Date;
}

export interface ReturnCommand extends RefundCommon {
  readonly lines: readonly WantedUnits[];
  /** The goods came back for a reason that is the vendor's. */
  readonly vendorFault: boolean;
}

export interface GoodwillCommand extends RefundCommon {
  readonly amount: Money;
  readonly bearer: 'vendor' | 'marketplace';
}

/** Takes shipped units back and returns what was captured for them, by their frozen parts. */
export function takeBack(order: Order, command: ReturnCommand): ChangeResult {
  const goods = findLines(goodsOf(order), command.lines);
  if (!goods.ok) return goods;
  const takings: Taking[] = [];
  for (const { line, quantity } of goods.value) {
    const runs = returnedRuns(order, line, quantity);
    if (!runs.ok) return runs;
    takings.push(...runs.value.map((run) => ({ line, run })));
  }
  const shipping = refundableShipping(order, takings, command.vendorFault);
  if (shipping) takings.push(wholeLine(shipping));
  const lines = order.lines.map((line) => ({
    ...line,
    returnedUnits:
      line.returnedUnits + unitsIn(takings.filter((t) => t.line === line).map((t) => t.run)),
  }));
  const amountMinor = payableOfAll(takings);
  return refunded(order, command, {
    lines,
    amountMinor,
    items: itemUnitsOf(takings),
    bearer: null,
  });
}

/** Gives an amount back that is not tied to units; somebody bears it. */
export function giveGoodwill(order: Order, command: GoodwillCommand): ChangeResult {
  const { amount, bearer } = command;
  if (amount.currency !== order.currency) {
    return refuse('CURRENCY_MISMATCH', `This order was paid in ${order.currency}.`);
  }
  if (amount.amountMinor === 0) {
    return refuse('REFUND_AMOUNT_INVALID', 'A refund of an amount needs an amount.');
  }
  const { lines } = order;
  return refunded(order, command, { lines, amountMinor: amount.amountMinor, items: [], bearer });
}

function refunded(
  order: Order,
  { refundId, reason, by, at }: RefundCommon,
  parts: {
    lines: readonly OrderLine[];
    amountMinor: number;
    items: readonly ItemUnits[];
    bearer: 'vendor' | 'marketplace' | null;
  },
): ChangeResult {
  const { lines, amountMinor, items, bearer } = parts;
  const refundableMinor = movedMinor(order, 'capture') - movedMinor(order, 'refund', true);
  if (amountMinor > refundableMinor) {
    return refuse('REFUND_EXCEEDS_CAPTURE', 'More than was paid and kept cannot be refunded.', {
      refundable: { amountMinor: refundableMinor, currency: order.currency },
    });
  }
  const movement = newMovement({
    movementId: refundId,
    kind: 'refund',
    amountMinor,
    items,
    bearer,
    reason,
    createdAt: at,
  });
  const detail = { refundId, amountMinor, items, bearer, reason };
  const entry = { at, kind: 'refundDecided' as const, by, detail };
  const next = changed(order, { lines, movement, entry });
  return ok({ next, shipment: null, movement, entry, event: null });
}

/** The earliest captured units that were not returned yet. */
function returnedRuns(order: Order, line: OrderLine, quantity: number): Result<UnitRun[], Refusal> {
  const captured = line.runs.filter(
    (run) => run.kind === 'shipped' && isDone(order, run.movementId),
  );
  const runs = earliestRuns(captured, line.returnedUnits, quantity);
  if (runs) return ok(runs);
  const left = unitsIn(captured) - line.returnedUnits;
  return refuse(
    'UNITS_NOT_REFUNDABLE',
    `Of “${line.item.title}” ${left} units are paid for and not returned.`,
    { lineId: line.item.lineId, refundableUnits: left },
  );
}

function isDone(order: Order, movementId: string): boolean {
  return order.movements.some(
    (movement) => movement.movementId === movementId && movement.state === 'done',
  );
}

/** Shipping goes back when nothing of the order stays with the shopper, by the vendor's fault. */
function refundableShipping(
  order: Order,
  takings: readonly Taking[],
  vendorFault: boolean,
): OrderLine | undefined {
  const shipping = shippingOf(order);
  if (!vendorFault || !shipping || shipping.returnedUnits > 0) return undefined;
  const first = shipping.runs[0];
  if (first?.kind !== 'shipped' || !isDone(order, first.movementId)) return undefined;
  const nothingStays = goodsOf(order).every((line) => {
    const returnedNow = unitsIn(takings.filter((t) => t.line === line).map((t) => t.run));
    return (
      freeUnits(line) === 0 && line.returnedUnits + returnedNow === unitsTaken(line, 'shipped')
    );
  });
  return nothingStays ? shipping : undefined;
}
