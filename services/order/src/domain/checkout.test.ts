import { newId } from '@mkt/kernel';
import { describe, expect, test } from 'vitest';
import {
  type CheckoutInput,
  type CheckoutState,
  decideCheckout,
  type PaymentFacts,
} from './checkout.ts';
import { firstState } from './first-state.ts';
import { itemOf } from './order.fixture.ts';

const now = new Date('2026-11-01T10:00:00.000Z');
const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
const item = itemOf({ quantity: 1, payableMinor: 100 });
const start = firstState({
  groupId: newId(),
  draft: {
    shopperId: newId(),
    cartId: newId(),
    email: 'ada@example.test',
    shippingAddress: { name: 'A', line1: 'b', city: 'c', postalCode: 'd', country: 'PT' },
    currency: 'EUR' as never,
    terms: { taxMode: 'inclusive', taxLiability: 'marketplace', marketplaceFundingTaxed: true },
    coupons: [],
    orders: [
      { orderId: newId(), vendorId: newId(), position: 1, payableMinor: 100, items: [item] },
    ],
    totalMinor: 100,
  },
  paymentToken: 'tok',
  purchase: 'mug-to-porto',
  key: { actor: 'guest:1', key: 'key-1' },
  now,
});
const payment = (status: PaymentFacts['status']): PaymentFacts => ({
  paymentId: newId(),
  status,
  declineCode: status === 'declined' ? 'stolen_card' : null,
  actionUrl: status === 'requiresAction' ? 'https://bank.example.test' : null,
});
const paid = (status: PaymentFacts['status'], held = false): CheckoutInput => ({
  kind: 'payment',
  payment: payment(status),
  held,
});
const decide = (input: CheckoutInput, at = now, state: CheckoutState = start) =>
  decideCheckout(state, input, at);
const outOfStock = { code: 'INSUFFICIENT_STOCK', detail: 'gone' };

describe('a checkout', () => {
  test('begins by buying', () => {
    expect(decide({ kind: 'started' })).toMatchObject({ step: 'buying', command: { do: 'buy' } });
  });

  test('is placed when the payment is authorized and the stock confirmed', () => {
    const step = decide(paid('authorized', true));
    expect(step).toMatchObject({ step: 'placed', done: true });
    expect(step.state).toMatchObject({ draft: null, paymentToken: null });
  });

  test.each([
    ['stock that is gone after the payment', paid('authorized'), 'INSUFFICIENT_STOCK', true],
    ['a decline', paid('declined'), 'PAYMENT_DECLINED', false],
    ['a payment given up by its service', paid('voided'), 'PAYMENT_EXPIRED', false],
    [
      'a payment nobody knows of',
      { kind: 'payment', payment: null, held: false },
      'PAYMENT_EXPIRED',
      true,
    ],
    [
      'a coupon refused',
      {
        kind: 'refused',
        refusal: { code: 'COUPON_REFUSED', detail: '' },
        held: true,
        payment: null,
      },
      'COUPON_REFUSED',
      false,
    ],
    [
      'stock refused to a repeat that has paid',
      { kind: 'refused', refusal: outOfStock, held: false, payment: payment('authorized') },
      'INSUFFICIENT_STOCK',
      true,
    ],
    [
      'tries that all failed',
      { kind: 'gaveUp', command: { do: 'buy' } },
      'CHECKOUT_UNAVAILABLE',
      true,
    ],
  ] as [string, CheckoutInput, string, boolean][])(
    'is undone after %s',
    (_, input, code, voided) => {
      const step = decide(input);
      expect(step).toMatchObject({ step: 'undoing', command: { do: 'undo', void: voided } });
      expect(step.state.failure?.code).toBe(code);
      expect(step.state.draft).not.toBeNull();
    },
  );

  test('ends at once where stock was refused and nothing is held', () => {
    const refused = { kind: 'refused', refusal: outOfStock, held: false, payment: null } as const;
    const step = decide(refused);
    expect(step).toMatchObject({ step: 'failed', done: true, state: { paying: false } });
  });

  test('names the variants that ran out during the payment', () => {
    const { state } = decide(paid('authorized'));
    expect(state.failure?.data).toEqual({ variantIds: [item.variantId] });
  });

  test('waits for a challenge until the deadline', () => {
    const step = decide(paid('requiresAction'));
    expect(step).toMatchObject({ step: 'awaitingPayment', dueAt: later(15) });
    expect(step.command).toBeUndefined();
  });

  test('asks again about an unknown outcome, ever less often, and not past the deadline', () => {
    const dueAfter = (polls: number, at = now) =>
      (decide(paid('unknown'), at, { ...start, polls }).dueAt?.getTime() ?? 0) - at.getTime();
    expect([0, 1, 2, 50].map((polls) => dueAfter(polls))).toEqual([2_000, 4_000, 8_000, 60_000]);
    expect(dueAfter(50, later(14.5))).toBe(30_000);
  });

  test.each(['requiresAction', 'unknown'] as const)(
    'expires when it is still %s then',
    (status) => {
      const step = decide(paid(status), later(15));
      expect(step).toMatchObject({ step: 'undoing', command: { do: 'undo', void: true } });
      const end = decide({ kind: 'undone' }, later(15), step.state);
      expect(end).toMatchObject({ step: 'expired', done: true });
    },
  );

  test.each(['resolved', 'due'] as const)('looks the payment up when it is %s', (kind) => {
    expect(decide({ kind })).toMatchObject({ step: 'finding', command: { do: 'find' } });
  });

  test('fails when it was undone for any other reason', () => {
    const { state } = decide(paid('declined'));
    expect(decide({ kind: 'undone' }, now, state)).toMatchObject({ step: 'failed', done: true });
  });

  test('goes on waiting when the payment could not be looked up, and undoing for ever', () => {
    const waiting = decide({ kind: 'gaveUp', command: { do: 'find' } });
    expect(waiting.step).toBe('processing');
    const challenged = { ...start, payment: payment('requiresAction') };
    const find = { kind: 'gaveUp', command: { do: 'find' } } as const;
    expect(decide(find, now, challenged).step).toBe('awaitingPayment');
    const undo = { do: 'undo', void: true } as const;
    expect(decide({ kind: 'gaveUp', command: undo }).command).toEqual(undo);
  });
});
