import type { TestService } from '@mkt/service-kit/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testCards } from '../src/simulator/cards.ts';
import {
  atProvider,
  cards,
  eventsOf,
  minuteMs,
  startCheckout,
  startPayment,
  storedPayment,
} from './harness.ts';

describe('the cards of the simulator', () => {
  let it: TestService;
  beforeAll(async () => {
    it = await startPayment();
  });
  afterAll(() => it.close());

  test('a good card is authorized at once, in at most three statements', async () => {
    const checkout = await startCheckout(it, cards.success);
    await it.idle();
    it.meter.drain();
    expect(await checkout.authorize()).toMatchObject({ status: 'authorized', amountMinor: 1500 });
    const spent = it.meter.drain().find((one) => one.meter === 'postgres.statements');
    expect(spent?.amount).toBe(3);
    expect(await atProvider(it, checkout.groupId)).toMatchObject({
      status: 'authorized',
      amount_minor: '1500',
      last4: '4242',
    });
    expect(await eventsOf(it, 'payment.resolved', checkout.groupId)).toEqual([]);
  });

  test.each([
    [cards.declined, 'card_declined'],
    [cards.insufficientFunds, 'insufficient_funds'],
  ])('the card %s is declined with %s, and the shopper may try another', async (card, code) => {
    const checkout = await startCheckout(it, card);
    const declined = await checkout.authorize();
    expect(declined).toMatchObject({ status: 'declined', declineCode: code });
    const second = await startCheckout(it, cards.success);
    const retried = await second.authorize({ groupId: checkout.groupId, shares: checkout.orders });
    expect(retried.status).toBe('authorized');
    expect((await checkout.find())?.paymentId).toBe(retried.paymentId);
  });

  test.each([
    ['approve', 'authorized', 'approved', null],
    ['deny', 'declined', 'denied', 'authentication_failed'],
  ])('a challenge ends as the shopper decides: %s', async (outcome, status, shown, code) => {
    const checkout = await startCheckout(it, cards.challenge);
    const payment = await checkout.authorize();
    expect(payment.status).toBe('requiresAction');
    const url = payment.actionUrl ?? '';
    const page = await it.request('GET', url, { headers: { accept: 'text/html' } });
    expect(page.headers['content-type']).toContain('text/html');
    expect(page.text).toContain('15.00 EUR');
    expect((await it.request('GET', url)).text).toContain('"open"');

    const ended = await it.request('POST', url, { body: { outcome } });
    expect(ended).toMatchObject({ status: 200, body: { status: shown } });
    await it.idle();
    expect(await checkout.find()).toMatchObject({ status, declineCode: code, actionUrl: null });
    const events = await eventsOf(it, 'payment.resolved', checkout.groupId);
    expect(events.map((event) => event.payload)).toMatchObject([{ status, declineCode: code }]);

    const repeated = await it.request('POST', url, { body: { outcome } });
    expect(repeated.status).toBe(200);
    const other = outcome === 'approve' ? 'deny' : 'approve';
    const changed = await it.request('POST', url, { body: { outcome: other } });
    expect(changed).toMatchObject({ status: 409, body: { code: 'CHALLENGE_ENDED' } });
  });

  test('a charge whose answer was lost is unknown, and found by asking', async () => {
    const checkout = await startCheckout(it, cards.timeoutAfterCharge);
    expect((await checkout.authorize()).status).toBe('unknown');
    expect((await checkout.find())?.status).toBe('authorized');
    expect(await eventsOf(it, 'payment.resolved', checkout.groupId)).toHaveLength(1);
  });

  test('a charge whose answer was lost is resolved in the background as well', async () => {
    const checkout = await startCheckout(it, cards.timeoutAfterCharge);
    expect((await checkout.authorize()).status).toBe('unknown');
    await it.advance(2_000);
    expect((await storedPayment(it, checkout.groupId)).status).toBe('authorized');
    const events = await eventsOf(it, 'payment.resolved', checkout.groupId);
    expect(events.map((event) => event.payload)).toMatchObject([{ status: 'authorized' }]);
  });

  test('a notice that is sent twice at once counts once', async () => {
    const checkout = await startCheckout(it, cards.duplicateWebhook);
    const payment = await checkout.authorize();
    await it.idle();
    expect((await storedPayment(it, checkout.groupId)).status).toBe('authorized');
    const { rows } = await it.database.admin(
      'SELECT count(*)::int AS n FROM payment.webhook_events WHERE payment_id = $1',
      [payment.paymentId],
    );
    expect(rows[0].n).toBe(1);
    const sent = await it.database.admin(
      `SELECT count(*)::int AS n FROM payment.simulator_webhooks
       WHERE payment_key = $1 AND delivered_at IS NOT NULL`,
      [payment.paymentId],
    );
    expect(sent.rows[0].n).toBe(2);
    const told = await eventsOf(it, 'payment.resolved', checkout.groupId);
    expect(told.length).toBeLessThanOrEqual(1);
  });

  test('a late notice authorizes when it comes', async () => {
    const checkout = await startCheckout(it, cards.lateWebhook);
    expect((await checkout.authorize()).status).toBe('unknown');
    expect((await checkout.find())?.status).toBe('unknown');
    await it.advance(6_000);
    expect((await checkout.find())?.status).toBe('authorized');
    expect(await eventsOf(it, 'payment.resolved', checkout.groupId)).toHaveLength(1);
  });

  test('a yes after we gave up is let go again: no money is held for nothing', async () => {
    const checkout = await startCheckout(it, cards.tooLateWebhook);
    expect((await checkout.authorize()).status).toBe('unknown');
    await it.advance(16 * minuteMs);
    expect((await checkout.find())?.status).toBe('voided');
    const told = await eventsOf(it, 'payment.resolved', checkout.groupId);
    expect(told.map((event) => event.payload)).toMatchObject([
      { status: 'declined', declineCode: 'expired' },
    ]);
    expect((await atProvider(it, checkout.groupId)).status).toBe('processing');

    await it.advance(5 * minuteMs);
    await it.advance(5 * minuteMs);
    expect(await atProvider(it, checkout.groupId)).toMatchObject({
      status: 'voided',
      voided_minor: '1500',
    });
    expect(await storedPayment(it, checkout.groupId)).toMatchObject({
      status: 'voided',
      release_due: false,
      due_at: null,
    });
    expect(await eventsOf(it, 'payment.resolved', checkout.groupId)).toHaveLength(1);
  });

  test('every card is listed, valid and used by a test here', async () => {
    const reply = await it.request('GET', '/v1/payment-simulator/cards');
    const numbers = reply.body.items.map((one: { number: string }) => one.number);
    expect(numbers).toEqual(testCards.map((card) => card.number));
    expect(new Set<string>(Object.values(cards))).toEqual(new Set(numbers));
  });
});

describe('a card number', () => {
  let it: TestService;
  beforeAll(async () => {
    it = await startPayment();
  });
  afterAll(() => it.close());
  const send = (change: Record<string, unknown>) =>
    it.request('POST', '/v1/payment-simulator/tokens', {
      body: { number: cards.success, expMonth: 12, expYear: 2090, cvc: '123', ...change },
    });

  test.each([
    ['wrong digits', { number: '4242424242424241' }, 'CARD_NUMBER_INVALID'],
    ['letters', { number: 'abcd' }, 'CARD_NUMBER_INVALID'],
    ['a card that has expired', { expYear: 2001 }, 'CARD_EXPIRED'],
    ['a real number', { number: '5555555555554444' }, 'CARD_NOT_A_TEST_CARD'],
  ])('is refused with %s', async (_, change, code) => {
    expect(await send(change)).toMatchObject({ status: 422, body: { code } });
  });

  test('of a real card is answered with the cards to use instead', async () => {
    const reply = await send({ number: '5555555555554444' });
    expect(reply.body.data.testCards).toHaveLength(testCards.length);
    expect(reply.text).not.toContain('5555555555554444');
  });

  test('is kept nowhere, save its last four digits', async () => {
    const reply = await send({ number: '4242 4242 4242 4242' });
    expect(reply.body.last4).toBe('4242');
    const tables = await it.database.admin(
      `SELECT table_name FROM information_schema.tables WHERE table_schema = 'payment'`,
    );
    for (const { table_name } of tables.rows) {
      const { rows } = await it.database.admin(
        `SELECT count(*)::int AS n FROM payment."${table_name}" AS t
         WHERE t::text LIKE '%42424242%'`,
      );
      expect([table_name, rows[0].n]).toEqual([table_name, 0]);
    }
  });
});
