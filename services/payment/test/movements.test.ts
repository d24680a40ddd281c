import { newId } from '@mkt/kernel';
import { Fault } from '@mkt/service-kit';
import type { TestService } from '@mkt/service-kit/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  atProvider,
  type Checkout,
  cards,
  eventsOf,
  minuteMs,
  type Outcome,
  startCheckout,
  startPayment,
  storedPayment,
} from './harness.ts';

/** Fails the provider's next answers: the money moves, and nobody hears of it. */
const lost = { answers: 0 };
const keysAsked: string[] = [];

describe('money that is held', () => {
  let it: TestService;
  beforeAll(async () => {
    it = await startPayment({
      provider: (simulator) => ({
        ...simulator,
        async capture(movement) {
          keysAsked.push(movement.key);
          const outcome = await simulator.capture(movement);
          if (lost.answers === 0) return outcome;
          lost.answers -= 1;
          throw new Fault('DEPENDENCY_TIMEOUT', 'The provider did not answer in time');
        },
      }),
    });
  });
  afterAll(() => it.close());

  async function authorized(card: string = cards.success): Promise<Checkout> {
    const checkout = await startCheckout(it, card);
    await checkout.authorize();
    return checkout;
  }
  const share = async ({ orders }: Checkout) => {
    const { rows } = await it.database.admin(
      'SELECT * FROM payment.payment_shares WHERE order_id = $1',
      [orders[0]?.orderId],
    );
    return rows[0];
  };

  test('is authorized once however often it is asked for', async () => {
    const checkout = await startCheckout(it, cards.success);
    const states = await Promise.all(Array.from({ length: 20 }, () => checkout.authorize()));
    expect(new Set(states.map((state) => state.paymentId)).size).toBe(1);
    expect(new Set(states.map((state) => state.status))).toEqual(new Set(['authorized']));
    const { rows } = await it.database.admin(
      'SELECT count(*)::int AS n FROM payment.payments WHERE group_id = $1',
      [checkout.groupId],
    );
    expect(rows[0].n).toBe(1);
    const made = await it.database.admin(
      'SELECT count(*)::int AS n FROM payment.simulator_payments WHERE key = $1',
      [states[0]?.paymentId],
    );
    expect(made.rows[0].n).toBe(1);
  });

  test('of 0 is authorized without the provider, and captured with its event', async () => {
    const checkout = await startCheckout(it, cards.success);
    const shares = checkout.orders.map((order) => ({ ...order, amountMinor: 0 }));
    const free = { amountMinor: 0, shares, paymentToken: null };
    expect((await checkout.authorize(free)).status).toBe('authorized');
    expect(await checkout.move('capture', { amountMinor: 0 })).toMatchObject({ ok: true });
    expect(await atProvider(it, checkout.groupId)).toBeUndefined();
    const [event] = await eventsOf(it, 'payment.captured', checkout.groupId);
    expect(event?.payload).toMatchObject({ amountMinor: 0, feeMinor: 0 });
  });

  test.each([
    ['another amount under the same key', { amountMinor: 10, shares: 10 }, 'OPERATION_KEY_REUSED'],
    ['a second payment of the group', { operationKey: 'other' }, 'PAYMENT_UNDER_WAY'],
    ['shares that do not add up', { amountMinor: 1499 }, 'PAYMENT_SHARES_DIFFER'],
    ['no token', { paymentToken: null }, 'PAYMENT_TOKEN_REQUIRED'],
  ])('is refused for %s', async (_, { shares, ...change }: Record<string, unknown>, code) => {
    const checkout = await authorized();
    const order = checkout.orders[0];
    const outcome = await it.peer('payment.authorize', {
      groupId: checkout.groupId,
      operationKey: `authorize:${checkout.groupId}`,
      amountMinor: 1500,
      currency: 'EUR',
      shares: shares ? [{ ...order, amountMinor: shares }] : checkout.orders,
      paymentToken: 'tok_1',
      expiresAt: it.clock.now().toISOString(),
      ...change,
    });
    expect(outcome).toMatchObject({ ok: false, error: { code } });
  });

  test('is declined for a token that the provider never gave', async () => {
    const checkout = await startCheckout(it, cards.success);
    const declined = await checkout.authorize({ paymentToken: 'tok_invented' });
    expect(declined).toMatchObject({ status: 'declined', declineCode: 'token_unknown' });
  });

  test('is captured once however often it is asked for, with the provider’s fee', async () => {
    const checkout = await authorized();
    const operationKey = `capture:${newId()}`;
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => checkout.move('capture', { operationKey })),
    );
    expect(new Set(outcomes.map((outcome) => outcome.value?.['captureId'])).size).toBe(1);
    expect(await share(checkout)).toMatchObject({ captured_minor: '1000' });
    expect(await atProvider(it, checkout.groupId)).toMatchObject({ captured_minor: '1000' });
    const events = await eventsOf(it, 'payment.captured', checkout.groupId);
    expect(events).toHaveLength(1);
    // 1.4 % of 10.00 and 25 cents.
    expect(events[0]).toMatchObject({
      vendorId: checkout.orders[0]?.vendorId,
      payload: { amountMinor: 1000, feeMinor: 39 },
    });
  });

  test('pays a fee of at most its amount', async () => {
    const checkout = await authorized();
    await checkout.move('capture', { amountMinor: 10 });
    const [event] = await eventsOf(it, 'payment.captured', checkout.groupId);
    expect(event?.payload).toMatchObject({ feeMinor: 10 });
  });

  test('is never captured and voided for more than was authorized, whoever is first', async () => {
    const checkout = await authorized();
    const outcomes = await Promise.all([
      ...Array.from({ length: 5 }, () => checkout.move('capture', { amountMinor: 300 })),
      ...Array.from({ length: 5 }, () => checkout.move('void', { amountMinor: 300 })),
    ]);
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(3);
    const codes = outcomes.flatMap(({ error }) => (error ? [error.code] : []));
    expect(new Set(codes).size).toBeGreaterThan(0);
    for (const code of codes) expect(code).toMatch(/^(CAPTURE|VOID)_EXCEEDS_AUTHORIZED$/);
    const { captured_minor, voided_minor } = await share(checkout);
    expect(Number(captured_minor) + Number(voided_minor)).toBe(900);
  });

  test('is never refunded for more than was captured', async () => {
    const checkout = await authorized();
    expect(await checkout.move('refund')).toMatchObject({
      ok: false,
      error: { code: 'REFUND_EXCEEDS_CAPTURE', data: { leftMinor: 0 } },
    });
    await checkout.move('capture', { amountMinor: 700 });
    const outcomes = await Promise.all(
      Array.from({ length: 4 }, () => checkout.move('refund', { amountMinor: 300 })),
    );
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(2);
    expect(await share(checkout)).toMatchObject({ captured_minor: '700', refunded_minor: '600' });
    expect(await eventsOf(it, 'payment.refunded', checkout.groupId)).toHaveLength(2);
    expect(await atProvider(it, checkout.groupId)).toMatchObject({ refunded_minor: '600' });
  });

  test('is not captured again under a key that was used for another amount', async () => {
    const checkout = await authorized();
    const operationKey = `capture:${newId()}`;
    await checkout.move('capture', { operationKey, amountMinor: 400 });
    const outcome = await checkout.move('capture', { operationKey, amountMinor: 500 });
    expect(outcome).toMatchObject({ ok: false, error: { code: 'OPERATION_KEY_REUSED' } });
    expect(await share(checkout)).toMatchObject({ captured_minor: '400' });
  });

  test('is captured once where the answer was lost and the capture repeated', async () => {
    const checkout = await authorized();
    lost.answers = 1;
    const operationKey = `capture:${newId()}`;
    await expect(checkout.move('capture', { operationKey })).rejects.toThrow('did not answer');
    expect(await eventsOf(it, 'payment.captured', checkout.groupId)).toEqual([]);
    expect(await checkout.move('capture', { operationKey })).toMatchObject({ ok: true });
    expect(new Set(keysAsked.slice(-2)).size).toBe(1);
    expect(await atProvider(it, checkout.groupId)).toMatchObject({ captured_minor: '1000' });
    expect(await eventsOf(it, 'payment.captured', checkout.groupId)).toHaveLength(1);
  });

  test('is captured to the end by the sweep where nobody repeats a lost capture', async () => {
    const checkout = await authorized();
    lost.answers = 1;
    await expect(checkout.move('capture')).rejects.toThrow('did not answer');
    await it.advance(2 * minuteMs);
    expect(await eventsOf(it, 'payment.captured', checkout.groupId)).toHaveLength(1);
    expect(await share(checkout)).toMatchObject({ captured_minor: '1000' });
  });

  test('is free again for the share when the provider refuses', async () => {
    const checkout = await authorized();
    const { paymentId } = (await checkout.find()) ?? {};
    await it.database.admin(
      `UPDATE payment.simulator_payments SET status = 'voided' WHERE key = $1`,
      [paymentId],
    );
    const refused = await checkout.move('capture');
    expect(refused).toMatchObject({ ok: false, error: { code: 'PROVIDER_REFUSED' } });
    expect(await share(checkout)).toMatchObject({ captured_minor: '0' });
    const { rows } = await it.database.admin(
      'SELECT status FROM payment.movements WHERE group_id = $1',
      [checkout.groupId],
    );
    expect(rows).toEqual([{ status: 'refused' }]);
  });

  test('is not moved for an order that it does not belong to', async () => {
    const checkout = await authorized();
    const outcome: Outcome = await checkout.move('capture', { orderId: newId() });
    expect(outcome).toMatchObject({ ok: false, error: { code: 'PAYMENT_NOT_FOUND' } });
  });

  test('is let go as a whole when the checkout fails, share by share', async () => {
    const checkout = await authorized();
    await checkout.giveUp();
    await checkout.giveUp();
    expect((await checkout.find())?.status).toBe('voided');
    expect(await atProvider(it, checkout.groupId)).toMatchObject({ status: 'voided' });
    const events = await eventsOf(it, 'payment.voided', checkout.groupId);
    const told = events.map((event) => (event.payload as { amountMinor: number }).amountMinor);
    expect(told.toSorted((a, b) => a - b)).toEqual([500, 1000]);
    expect(await checkout.move('capture')).toMatchObject({
      error: { code: 'PAYMENT_NOT_AUTHORIZED' },
    });
  });

  test('is let go as a whole while the shopper is still being asked', async () => {
    const checkout = await authorized(cards.challenge);
    const { actionUrl } = (await checkout.find()) ?? {};
    await checkout.giveUp();
    expect((await checkout.find())?.status).toBe('voided');
    const approved = await it.request('POST', actionUrl ?? '', { body: { outcome: 'approve' } });
    expect(approved.body.code).toBe('CHALLENGE_ENDED');
    expect(await atProvider(it, checkout.groupId)).toMatchObject({ status: 'voided' });
    expect(await eventsOf(it, 'payment.voided', checkout.groupId)).toEqual([]);
  });

  test('is let go as a whole where the charge’s answer was lost', async () => {
    const checkout = await authorized(cards.timeoutAfterCharge);
    await checkout.giveUp();
    expect(await atProvider(it, checkout.groupId)).toMatchObject({
      status: 'voided',
      voided_minor: '1500',
    });
    expect(await storedPayment(it, checkout.groupId)).toMatchObject({ release_due: false });
  });

  test('is not held at all for a checkout that was given up before', async () => {
    const checkout = await startCheckout(it, cards.success);
    await checkout.giveUp();
    await expect(checkout.authorize()).rejects.toThrow();
    expect(await storedPayment(it, checkout.groupId)).toBeUndefined();
  });
});
