import { orderPlaced } from '@mkt/contracts';
import { newId, uuidv7 } from '@mkt/kernel';
import type { TestService } from '@mkt/service-kit/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signatureHeader, signNotice } from '../src/simulator/signature.ts';
import {
  atProvider,
  cards,
  done,
  eventsOf,
  minuteMs,
  startCheckout,
  startPayment,
  storedPayment,
} from './harness.ts';

const webhook = '/v1/payments/webhooks/simulator';
let it: TestService;
let operator: string;
beforeAll(async () => {
  it = await startPayment();
  operator = await it.tokens.operator();
});
afterAll(() => it.close());

describe('a webhook', () => {
  async function noticeOf(paymentId: string, status = 'authorized', id = `evt_${uuidv7()}`) {
    const payment = { key: paymentId, status, declineCode: null };
    const raw = JSON.stringify({ id, type: `payment.${status}`, payment });
    const { rows } = await it.database.admin('SELECT secret FROM payment.simulator_secret');
    const sign = (at: Date, body = raw) => ({
      [signatureHeader]: signNotice(rows[0].secret, body, at),
    });
    return { raw, sign };
  }
  const send = (raw: string, headers: Record<string, string>) =>
    it.request('POST', webhook, { raw, headers });

  test('that is true is taken in, and a repeat changes nothing more', async () => {
    const checkout = await startCheckout(it, cards.challenge);
    const { paymentId } = await checkout.authorize();
    const { raw, sign } = await noticeOf(paymentId);
    const headers = sign(it.clock.now());
    const replies = await Promise.all(Array.from({ length: 5 }, () => send(raw, headers)));
    expect(replies.map((reply) => reply.status)).toEqual([200, 200, 200, 200, 200]);
    expect((await checkout.find())?.status).toBe('authorized');
    expect(await eventsOf(it, 'payment.resolved', checkout.groupId)).toHaveLength(1);
    const stored = await storedPayment(it, checkout.groupId);
    await send(raw, headers);
    expect(await storedPayment(it, checkout.groupId)).toEqual(stored);
  });

  test.each([
    ['without a signature', 401, 'WEBHOOK_SIGNATURE_MISSING'],
    ['with a forged signature', 401, 'WEBHOOK_SIGNATURE_INVALID'],
    ['with another body than was signed', 401, 'WEBHOOK_SIGNATURE_INVALID'],
    ['that is replayed much later', 401, 'WEBHOOK_TOO_OLD'],
    ['that is signed but says nothing', 400, 'WEBHOOK_MALFORMED'],
  ])('%s is refused and changes nothing', async (kind, status, code) => {
    const checkout = await startCheckout(it, cards.challenge);
    const { paymentId } = await checkout.authorize();
    const { raw, sign } = await noticeOf(paymentId);
    const now = it.clock.now();
    const other = await noticeOf(paymentId, 'declined');
    const [body, headers] = (
      {
        'without a signature': [raw, {}],
        'with a forged signature': [
          raw,
          { [signatureHeader]: signNotice('not the secret', raw, now) },
        ],
        'with another body than was signed': [other.raw, sign(now)],
        'that is replayed much later': [raw, sign(new Date(now.getTime() - 6 * minuteMs))],
        'that is signed but says nothing': ['{"id":1', sign(now, '{"id":1')],
      } as Record<string, [string, Record<string, string>]>
    )[kind] as [string, Record<string, string>];
    expect(await send(body, headers)).toMatchObject({ status, body: { code } });
    expect((await checkout.find())?.status).toBe('requiresAction');
  });

  test('counts by its event id alone: the same id says nothing about another payment', async () => {
    const [first, second] = [
      await startCheckout(it, cards.challenge),
      await startCheckout(it, cards.challenge),
    ];
    const id = `evt_${uuidv7()}`;
    for (const checkout of [first, second]) {
      const { paymentId } = await checkout.authorize();
      const { raw, sign } = await noticeOf(paymentId, 'authorized', id);
      expect((await send(raw, sign(it.clock.now()))).status).toBe(200);
    }
    expect((await first.find())?.status).toBe('authorized');
    expect((await second.find())?.status).toBe('requiresAction');
  });

  test('about a payment that is not ours is taken in and forgotten', async () => {
    const { raw, sign } = await noticeOf(newId());
    expect((await send(raw, sign(it.clock.now()))).status).toBe(200);
  });

  test('with a yes to a declined payment has the money let go', async () => {
    const checkout = await startCheckout(it, cards.declined);
    const { paymentId } = await checkout.authorize();
    await it.database.admin(
      `UPDATE payment.simulator_payments SET status = 'authorized' WHERE key = $1`,
      [paymentId],
    );
    const { raw, sign } = await noticeOf(paymentId);
    await send(raw, sign(it.clock.now()));
    await it.idle();
    expect((await checkout.find())?.status).toBe('declined');
    expect(await atProvider(it, checkout.groupId)).toMatchObject({ status: 'voided' });
  });
});

describe('a payment whose order was never placed', () => {
  const hourMs = 60 * minuteMs;
  const place = (groupId: string, paymentId: string) =>
    it.deliver(orderPlaced, {
      ...orderPlaced.payload.parse(orderPlaced.sample),
      groupId,
      paymentId,
    } as never);

  test('is voided after its time, and told of', async () => {
    const checkout = await startCheckout(it, cards.success);
    await checkout.authorize();
    // The news of an order may be waiting for a bus that is away.
    await it.advance(7 * 24 * hourMs);
    expect((await checkout.find())?.status).toBe('authorized');
    await it.advance(hourMs);
    expect((await checkout.find())?.status).toBe('voided');
    expect(await atProvider(it, checkout.groupId)).toMatchObject({ status: 'voided' });
    expect(await eventsOf(it, 'payment.voided', checkout.groupId)).toHaveLength(2);
  });

  test('is another’s than one that was placed, which is left alone for good', async () => {
    const checkout = await startCheckout(it, cards.success);
    const { paymentId } = await checkout.authorize();
    await place(checkout.groupId, paymentId);
    await it.advance(30 * 24 * hourMs);
    expect((await checkout.find())?.status).toBe('authorized');
    expect(await storedPayment(it, checkout.groupId)).toMatchObject({ due_at: null });
  });

  test('is voided where the shopper never answered the challenge', async () => {
    const checkout = await startCheckout(it, cards.challenge);
    await checkout.authorize();
    await it.advance(16 * minuteMs);
    expect((await checkout.find())?.status).toBe('voided');
    const [told] = await eventsOf(it, 'payment.resolved', checkout.groupId);
    expect(told?.payload).toMatchObject({ status: 'declined', declineCode: 'expired' });
  });

  test('is found by the operator’s sweep, which says what it did', async () => {
    const unknown = await startCheckout(it, cards.timeoutAfterCharge);
    await unknown.authorize();
    const report = await it.request('POST', '/v1/payments/sweep', { token: operator });
    expect(report).toMatchObject({ status: 200, body: { resolved: 1, voided: 0 } });
    expect((await storedPayment(it, unknown.groupId)).status).toBe('authorized');
    const again = await it.request('POST', '/v1/payments/sweep', { token: operator });
    expect(again.body).toEqual({ examined: 0, voided: 0, resolved: 0 });
  });

  test('is finished where a crash cut its request short', async () => {
    const checkout = await startCheckout(it, cards.success);
    const { paymentId } = await checkout.authorize();
    await it.database.admin(
      `UPDATE payment.payments SET status = 'pending', due_at = $2 WHERE id = $1`,
      [paymentId, it.clock.now()],
    );
    await it.advance(minuteMs);
    expect((await storedPayment(it, checkout.groupId)).status).toBe('authorized');
  });
});

describe('what an operator sees', () => {
  test('is every payment with its shares and movements, page by page', async () => {
    const checkout = await startCheckout(it, cards.success);
    const { paymentId } = await checkout.authorize();
    await checkout.move('capture');
    const shown = await it.request('GET', `/v1/payments/${paymentId}`, { token: operator });
    expect(shown.status).toBe(200);
    expect(shown.headers['etag']).toBeDefined();
    expect(shown.body).toMatchObject({
      status: 'authorized',
      amount: { amountMinor: 1500, currency: 'EUR' },
      movements: [{ kind: 'capture', status: 'settled', fee: { amountMinor: 39 } }],
    });
    const seen: string[] = [];
    for (let cursor = ''; ; ) {
      const reply = await it.request('GET', `/v1/payments?limit=3${cursor}`, { token: operator });
      seen.push(...reply.body.items.map((one: { paymentId: string }) => one.paymentId));
      if (reply.body.nextCursor === null) break;
      cursor = `&cursor=${reply.body.nextCursor}`;
    }
    const { rows } = await it.database.admin('SELECT count(*)::int AS n FROM payment.payments');
    expect(seen).toHaveLength(rows[0].n);
    expect(new Set(seen).size).toBe(seen.length);
  });

  test.each([
    ['GET', '/v1/payments', 403],
    ['GET', `/v1/payments/${newId()}`, 403],
    ['POST', '/v1/payments/sweep', 403],
  ] as const)('is not shown to a vendor: %s %s', async (method, path, status) => {
    const token = await it.tokens.staff(newId());
    expect((await it.request(method, path, { token })).status).toBe(status);
  });

  test('is a clear no for a payment or a cursor that does not exist', async () => {
    const none = await it.request('GET', `/v1/payments/${newId()}`, { token: operator });
    expect(none).toMatchObject({ status: 404, body: { code: 'PAYMENT_NOT_FOUND' } });
    const cursor = await it.request('GET', '/v1/payments?cursor=%00', { token: operator });
    expect(cursor.status).toBe(400);
  });
});

test('a vendor’s database role sees that vendor’s shares and movements, and no others', async () => {
  const checkout = await startCheckout(it, cards.success);
  await checkout.authorize();
  await done(it, 'payment.capture', {
    groupId: checkout.groupId,
    orderId: checkout.orders[0]?.orderId,
    operationKey: `capture:${newId()}`,
    amountMinor: 100,
    items: [],
  });
  const { vendorScope } = await import('@mkt/service-kit');
  const vendorId = checkout.orders[0]?.vendorId as never;
  const rows = await it.db.transaction(vendorScope(vendorId), async (tx) => [
    ...(await tx.query('SELECT vendor_id FROM payment_shares')),
    ...(await tx.query('SELECT vendor_id FROM movements')),
  ]);
  expect(rows).toEqual([{ vendor_id: vendorId }, { vendor_id: vendorId }]);
});
