import { newId } from '@mkt/kernel';
import { array, constantFrom, assert as fcAssert, integer, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cancel } from './cancel.ts';
import type { ChangeResult, OrderChange } from './change.ts';
import { deadlineAfter, deadlines } from './deadlines.ts';
import { deliver } from './deliver.ts';
import { meetDeadline } from './meet-deadline.ts';
import { itemOf, lineIdAt, orderOf, placedAt, settled } from './order.fixture.ts';
import { dueAtOf, movedMinor, type Order } from './order.ts';
import { giveGoodwill, takeBack } from './refund.ts';
import { ship } from './ship.ts';

const at = placedAt;
const units = (order: Order, index: number, quantity: number) => ({
  lineId: lineIdAt(order, index),
  quantity,
});
const shipIt = (order: Order, lines: { lineId: never; quantity: number }[] | null = null) =>
  ship(order, {
    shipmentId: newId(),
    lines,
    carrier: 'CTT',
    trackingNumber: '1',
    trackingUrl: null,
    by: 'vendor',
    at,
  });
const cancelIt = (order: Order, lines: { lineId: never; quantity: number }[] | null = null) =>
  cancel(order, { cancellationId: newId(), lines, reason: 'no', by: 'shopper', at });
const returnIt = (
  order: Order,
  lines: { lineId: never; quantity: number }[],
  vendorFault = false,
) =>
  takeBack(order, { refundId: newId(), lines, reason: 'broken', vendorFault, by: 'operator', at });
function done(result: ChangeResult): OrderChange {
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}
const threeAndOne = () =>
  orderOf([
    itemOf({ quantity: 3, payableMinor: 1_000 }),
    itemOf({ quantity: 1, payableMinor: 500 }),
    itemOf({ kind: 'shipping', quantity: 1, payableMinor: 300 }),
  ]);

describe('an order', () => {
  test('captures shipping with its first shipment alone', () => {
    const order = threeAndOne();
    const first = done(shipIt(order, [units(order, 0, 1)] as never));
    expect(first.movement).toMatchObject({ kind: 'capture', amountMinor: 333 + 300 });
    const second = done(shipIt(first.next, [units(order, 0, 1)] as never));
    expect(second.movement).toMatchObject({ amountMinor: 334 });
  });

  test('voids shipping with the last of its goods, and not after a shipment', () => {
    const order = threeAndOne();
    expect(done(cancelIt(order)).movement?.amountMinor).toBe(1_800);
    const shipped = done(shipIt(order, [units(order, 1, 1)] as never)).next;
    expect(done(cancelIt(shipped)).movement?.amountMinor).toBe(1_000);
  });

  test('becomes delivered when the rest is cancelled after what was sent has arrived', () => {
    const order = threeAndOne();
    const { next, shipment } = done(shipIt(order, [units(order, 1, 1)] as never));
    const arrived = deliver(next, deliveryOf(next, shipment?.shipmentId as string));
    expect(arrived?.next.status).toBe('partlyShipped');
    const rest = done(cancelIt(arrived?.next as Order)).next;
    expect(rest.status).toBe('delivered');
    expect(dueAtOf(rest)).toEqual(deadlineAfter(deadlines.autoReceived, at));
  });

  test('does nothing before its deadline, and nothing once it has none', () => {
    const order = threeAndOne();
    const now = deadlineAfter(deadlines.unshippedCancelled, placedAt);
    const early = new Date(now.getTime() - 1);
    expect(meetDeadline(order, { cancellationId: newId(), now: early })).toBeNull();
    const cancelled = meetDeadline(order, { cancellationId: newId(), now })?.next as Order;
    expect(cancelled.status).toBe('cancelled');
    expect(meetDeadline(cancelled, { cancellationId: newId(), now })).toBeNull();
  });

  test('refuses to ship or cancel what was cancelled', () => {
    const { next } = done(cancelIt(threeAndOne()));
    expect(shipIt(next)).toMatchObject({ ok: false, error: { code: 'NO_UNITS_LEFT' } });
    expect(cancelIt(next)).toMatchObject({ ok: false, error: { code: 'NO_UNITS_LEFT' } });
  });

  test('takes nothing back before it is captured', () => {
    const { next } = done(shipIt(threeAndOne()));
    const early = returnIt(next, [units(next, 0, 1)] as never);
    expect(early).toMatchObject({ ok: false, error: { code: 'UNITS_NOT_REFUNDABLE' } });
  });

  test('gives no goodwill of nothing and none in another currency', () => {
    const order = settled(done(shipIt(threeAndOne())).next);
    const give = (amountMinor: number, currency: string) =>
      giveGoodwill(order, {
        refundId: newId(),
        amount: { amountMinor, currency: currency as never },
        bearer: 'vendor',
        reason: 'sorry',
        by: 'vendor',
        at,
      });
    expect(give(0, 'EUR')).toMatchObject({ error: { code: 'REFUND_AMOUNT_INVALID' } });
    expect(give(1, 'USD')).toMatchObject({ error: { code: 'CURRENCY_MISMATCH' } });
    expect(give(1_801, 'EUR')).toMatchObject({ error: { code: 'REFUND_EXCEEDS_CAPTURE' } });
    expect(give(1_800, 'EUR')).toMatchObject({ ok: true });
  });
});

describe('money of an order, whatever is done to it', () => {
  const step = record({
    act: constantFrom('ship', 'cancel', 'return', 'returnByFault'),
    line: integer({ min: 0, max: 2 }),
    quantity: integer({ min: 1, max: 4 }),
  });
  const amounts = array(
    record({
      quantity: integer({ min: 1, max: 9 }),
      payableMinor: integer({ min: 0, max: 10_007 }),
    }),
    { minLength: 3, maxLength: 3 },
  );

  test('captured and voided add up to the payable, and refunds never exceed captures', () => {
    fcAssert(
      property(amounts, array(step, { maxLength: 25 }), (items, steps) => {
        const shipping = itemOf({ kind: 'shipping', quantity: 1, payableMinor: 499 });
        let order = orderOf([...items.map(itemOf), shipping]);
        const apply = (result: ChangeResult) => {
          if (result.ok) order = settled(result.value.next);
        };
        for (const { act, line, quantity } of steps) {
          const lines = [units(order, line, quantity)] as never;
          if (act === 'ship') apply(shipIt(order, lines));
          else if (act === 'cancel') apply(cancelIt(order, lines));
          else apply(returnIt(order, lines, act === 'returnByFault'));
          const captured = movedMinor(order, 'capture');
          expect(captured + movedMinor(order, 'void')).toBeLessThanOrEqual(order.payableMinor);
          expect(movedMinor(order, 'refund')).toBeLessThanOrEqual(captured);
        }
        apply(shipIt(order));
        expect(movedMinor(order, 'capture') + movedMinor(order, 'void')).toBe(order.payableMinor);
      }),
    );
  });
});

function deliveryOf(order: Order, shipmentId: string) {
  return {
    shipmentId: shipmentId as never,
    orderId: order.orderId,
    vendorId: order.vendorId,
    lines: [{ lineId: lineIdAt(order, 1), quantity: 1 }],
    deliveredAt: at.toISOString(),
  };
}
