import { vendorReopened, vendorSuspended } from '@mkt/contracts';
import { newId } from '@mkt/kernel';
import type { TestService } from '@mkt/service-kit/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { dayMs, deadLetters, Sale, startPayout, verifyBooks } from './harness.ts';

let it: TestService;
beforeAll(async () => {
  it = await startPayout();
});
afterAll(() => it.close());
afterEach(async () => {
  expect(await deadLetters(it)).toEqual([]);
  expect((await verifyBooks(it)).violations).toEqual([]);
});

describe('a hold', () => {
  test('passes seven days after the delivery, and not before', async () => {
    const sale = new Sale(it, [{ payable: 1000 }]);
    await sale.place();
    await sale.capture();
    await it.advance(30 * dayMs);
    expect(await sale.balances()).toEqual({ pending: -1000 });
    await sale.delivered();
    await it.advance(7 * dayMs - 1);
    expect(await sale.balances()).toEqual({ pending: -1000 });
    await it.advance(1);
    expect(await sale.balances()).toEqual({ available: -1000 });
  });

  test('goes on until the last parcel of an order has arrived', async () => {
    const sale = new Sale(it, [{ payable: 1000, quantity: 2 }]);
    await sale.place();
    await sale.capture([sale.units(0, 0, 1)]);
    await sale.delivered([sale.units(0, 0, 1)]);
    await sale.capture([sale.units(0, 1, 1)]);
    await it.advance(8 * dayMs);
    expect(await sale.balances()).toEqual({ pending: -1000 });
    await sale.delivered([sale.units(0, 1, 1)]);
    await it.advance(7 * dayMs);
    expect(await sale.balances()).toEqual({ available: -1000 });
  });

  test('begins anew for what is sent after it', async () => {
    const sale = new Sale(it, [{ payable: 1000, quantity: 2 }]);
    await sale.place();
    await sale.capture([sale.units(0, 0, 1)]);
    await sale.delivered([sale.units(0, 0, 1)]);
    await it.advance(7 * dayMs);
    expect(await sale.balances()).toEqual({ available: -500 });
    await sale.capture([sale.units(0, 1, 1)]);
    await it.advance(dayMs);
    expect(await sale.balances()).toEqual({ available: -500, pending: -500 });
    await sale.delivered([sale.units(0, 1, 1)]);
    await it.advance(7 * dayMs);
    expect(await sale.balances()).toEqual({ available: -1000 });
  });

  test('does not wait for a unit that was given back', async () => {
    const sale = new Sale(it, [{ payable: 1000, quantity: 2 }]);
    await sale.place();
    await sale.capture();
    await sale.delivered([sale.units(0, 0, 1)]);
    await sale.refund([sale.units(0, 1, 1)]);
    await it.advance(7 * dayMs);
    expect(await sale.balances()).toEqual({ available: -500 });
  });

  test('that passed while nobody was there is made up for by the next start', async () => {
    const sale = new Sale(it, [{ payable: 1000 }]);
    await sale.place();
    await sale.capture();
    await sale.delivered();
    it.clock.advance(9 * dayMs);
    for (const work of it.service.parts.background ?? []) await work.start();
    expect(await sale.balances()).toEqual({ available: -1000 });
  });

  test('leaves a reserve behind where the marketplace keeps one, until its time', async () => {
    const careful = await startPayout({ config: { reservePpm: 100_000, reserveMs: 90 * dayMs } });
    try {
      const sale = new Sale(careful, [{ payable: 1005 }]);
      await sale.earn();
      expect(await sale.balances()).toEqual({ available: -904, reserve: -101 });
      await sale.goodwill(950, 'vendor');
      expect(await sale.balances()).toEqual({ reserve: -55 });
      await careful.advance(90 * dayMs);
      expect(await sale.balances()).toEqual({ available: -55 });
      expect((await verifyBooks(careful)).violations).toEqual([]);
    } finally {
      await careful.close();
    }
  });
});

describe('a payout', () => {
  async function earned(payable = 1000): Promise<Sale> {
    const sale = new Sale(it, [{ payable }]);
    await sale.earn();
    return sale;
  }
  async function payOut(sale: Sale, body: Record<string, unknown> = {}, role = 'owner' as const) {
    const token = await it.tokens.staff(sale.vendorId, role);
    return it.request('POST', '/v1/payouts', { token, body: { currency: 'EUR', ...body } });
  }
  const shown = async (sale: Sale) => {
    const token = await it.tokens.staff(sale.vendorId, 'finance');
    return (await it.request('GET', '/v1/payouts', { token })).body.items;
  };

  test('takes what is available, passes through the bank and is paid', async () => {
    const sale = await earned();
    const reply = await payOut(sale);
    expect(reply).toMatchObject({
      status: 201,
      body: { status: 'requested', amount: { amountMinor: 1000, currency: 'EUR' } },
    });
    await it.idle();
    expect(await sale.balances()).toEqual({ inTransit: -1000 });
    expect(await shown(sale)).toMatchObject([{ status: 'started' }]);
    await it.advance(dayMs);
    expect(await sale.balances()).toEqual({});
    expect(await shown(sale)).toMatchObject([{ status: 'paid' }]);
    await it.advance(10 * dayMs);
    expect(await shown(sale)).toMatchObject([{ status: 'paid' }]);
  });

  test('that the bank returns is available again', async () => {
    const sale = await earned();
    await payOut(sale, { reference: 'RETURN' });
    await it.idle();
    await it.advance(dayMs);
    expect(await sale.balances()).toEqual({ available: -1000 });
    expect(await shown(sale)).toMatchObject([{ status: 'returned' }]);
  });

  test('that comes back after it was paid is available again as well', async () => {
    const sale = await earned();
    await payOut(sale, { reference: 'RETURN LATER', amountMinor: 400 });
    await it.idle();
    await it.advance(dayMs);
    expect(await sale.balances()).toEqual({ available: -600 });
    await it.advance(3 * dayMs);
    expect(await sale.balances()).toEqual({ available: -1000 });
    expect(await shown(sale)).toMatchObject([{ status: 'returned' }]);
  });

  test.each([
    ['more than is available', { amountMinor: 1001 }, 409, 'PAYOUT_EXCEEDS_AVAILABLE'],
    ['another currency', { currency: 'USD' }, 409, 'PAYOUT_NOTHING_AVAILABLE'],
    ['nothing', { amountMinor: 0 }, 400, 'INVALID_REQUEST'],
    ['a currency that does not exist', { currency: 'XXX' }, 400, 'INVALID_REQUEST'],
    ['an unknown field', { iban: 'PT50' }, 400, 'INVALID_REQUEST'],
  ])('of %s is refused', async (_, body, status, code) => {
    const sale = await earned();
    expect(await payOut(sale, body)).toMatchObject({ status, body: { code } });
    expect(await sale.balances()).toEqual({ available: -1000 });
  });

  test('is made once, however many are asked for at the same time', async () => {
    const sale = await earned();
    const replies = await Promise.all(Array.from({ length: 6 }, () => payOut(sale)));
    const made = replies.filter((reply) => reply.status === 201);
    expect(made.length).toBe(1);
    await it.idle();
    expect(await sale.balances()).toEqual({ inTransit: -1000 });
  });

  test('answers a repeat of its request with the first payout', async () => {
    const sale = await earned();
    const token = await it.tokens.staff(sale.vendorId);
    const send = () =>
      it.request('POST', '/v1/payouts', {
        token,
        body: { currency: 'EUR' },
        idempotencyKey: 'payout-once',
      });
    const replies = await Promise.all([send(), send(), send()]);
    expect(new Set(replies.map((reply) => reply.body.payoutId)).size).toBe(1);
  });

  test('is refused after all where a refund was faster', async () => {
    const sale = await earned();
    const { rows } = await it.database.admin(
      `INSERT INTO payout.payouts (id, vendor_id, currency, amount_minor, reference, status,
                                   requested_at, due_at)
       VALUES (gen_random_uuid(), $1, 'EUR', 1000, 'r', 'requested', $2, $2) RETURNING id`,
      [sale.vendorId, it.clock.now()],
    );
    await sale.goodwill(1, 'vendor');
    await it.advance(1);
    const [payout] = await shown(sale);
    expect(payout).toMatchObject({
      payoutId: rows[0].id,
      status: 'refused',
      refusal: 'PAYOUT_EXCEEDS_AVAILABLE',
    });
    expect(await sale.balances()).toEqual({ available: -999 });
  });

  test('is blocked for a suspended vendor, whose money is kept, until it is reopened', async () => {
    const sale = await earned();
    const { reason: _, ...identity } = vendorSuspended.payload.parse(vendorSuspended.sample);
    const vendor = { ...identity, vendorId: sale.vendorId as never };
    const at = (aggregateVersion: number) => ({ aggregateVersion, aggregateId: sale.vendorId });
    await it.deliver(vendorSuspended, { ...vendor, reason: 'Unshipped' }, at(5));
    // An older event that comes late changes nothing.
    await it.deliver(vendorReopened, vendor, at(4));
    expect(await payOut(sale)).toMatchObject({ status: 409, body: { code: 'PAYOUT_BLOCKED' } });
    expect(await sale.balances()).toEqual({ available: -1000 });
    await it.deliver(vendorReopened, vendor, at(6));
    expect((await payOut(sale)).status).toBe(201);
  });

  test('is for the owner, finance and operators; an operator names the vendor', async () => {
    const sale = await earned();
    const body = { currency: 'EUR', vendorId: sale.vendorId };
    const send = (token: string, change = {}) =>
      it.request('POST', '/v1/payouts', { token, body: { ...body, ...change } });
    expect((await send(await it.tokens.staff(sale.vendorId, 'fulfiller'))).status).toBe(403);
    expect((await send(await it.tokens.apiKey(sale.vendorId, ['finance:read']))).status).toBe(403);
    expect((await send(await it.tokens.apiKey(sale.vendorId, ['settings:write']))).status).toBe(
      403,
    );
    expect((await send(await it.tokens.staff(newId()))).status).toBe(404);
    const operator = await it.tokens.operator();
    expect((await send(operator, { vendorId: undefined })).body.code).toBe('VENDOR_REQUIRED');
    expect((await send(operator)).status).toBe(201);
  });
});
