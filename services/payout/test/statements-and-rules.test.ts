import { payoutFreezeCommission } from '@mkt/contracts';
import { newId } from '@mkt/kernel';
import type { TestService } from '@mkt/service-kit/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dayMs, Sale, startPayout, verifyBooks } from './harness.ts';

let it: TestService;
let operator: string;
beforeAll(async () => {
  it = await startPayout();
  operator = await it.tokens.operator();
});
afterAll(() => it.close());

const mug = {
  payable: 1190,
  tax: 190,
  marketplaceFunded: 50,
  vendorFunded: 30,
  commission: 100,
  commissionTax: 19,
  quantity: 3,
};

describe('a statement', () => {
  const period = (from: Date, to: Date) =>
    `from=${from.toISOString()}&to=${new Date(to.getTime() + 1).toISOString()}`;
  async function statement(sale: Sale, query: string, path = 'statement') {
    const token = await it.tokens.staff(sale.vendorId, 'finance');
    return it.request('GET', `/v1/ledger/${path}?${query}`, { token });
  }

  test('explains every cent between its opening and its closing balance', async () => {
    const begin = it.clock.now();
    const sale = new Sale(it, [mug, { kind: 'shipping', payable: 500, tax: 80 }]);
    await sale.earn();
    await it.advance(1_000);
    await sale.refund([sale.units(0, 0, 1)]);
    await sale.goodwill(100, 'vendor');
    const token = await it.tokens.staff(sale.vendorId);
    await it.request('POST', '/v1/payouts', {
      token,
      body: { currency: 'EUR', amountMinor: 300, reference: '=RETURN()' },
    });
    await it.idle();
    await it.advance(2 * dayMs);

    const reply = await statement(sale, period(begin, it.clock.now()));
    expect(reply.status).toBe(200);
    const { opening, closing, rows } = reply.body;
    expect(opening).toEqual({ amountMinor: 0, currency: 'EUR' });
    const lines = rows.map((row: { kind: string; title: string; credit: unknown }) => [
      row.kind,
      row.title,
      (row.credit as { amountMinor: number }).amountMinor,
    ]);
    expect(lines).toEqual([
      ['sale', 'Item 1', 931],
      ['sale', 'Item 2', 420],
      ['refund', 'Item 1', -312],
      ['goodwill', 'Goodwill', -100],
      ['payout', '=RETURN()', -300],
    ]);
    const sum = lines.reduce((total: number, line: unknown[]) => total + Number(line[2]), 0);
    expect(closing.amountMinor - opening.amountMinor).toBe(sum);
    expect(rows[0]).toMatchObject({
      orderNumber: sale.number,
      units: 3,
      base: { amountMinor: 1270 },
      discountByVendor: { amountMinor: 30 },
      discountByMarketplace: { amountMinor: 50 },
      tax: { amountMinor: 190 },
      payable: { amountMinor: 1190 },
      commission: { amountMinor: 100 },
      commissionTax: { amountMinor: 19 },
    });

    const balances = await it.request('GET', '/v1/ledger/balances', { token });
    expect(balances.body.vendorId).toBe(sale.vendorId);
    const available = balances.body.accounts.find(
      (one: { account: string }) => one.account === 'available',
    );
    expect(available).toEqual({
      account: 'available',
      side: 'credit',
      balance: { amountMinor: closing.amountMinor, currency: 'EUR' },
    });

    const file = await statement(sale, period(begin, it.clock.now()), 'statement.csv');
    expect(file.headers['content-type']).toContain('text/csv');
    const csv = file.text.split('\r\n');
    expect(csv[1]).toContain('opening');
    expect(csv[2]).toContain(`${sale.number},Item 1,3,12.70,0.30,0.50,1.90,11.90,1.00,0.19,9.31`);
    expect(file.text).toContain(`,'=RETURN(),`);
    expect((await verifyBooks(it)).violations).toEqual([]);
  });

  test('that begins later opens with what the earlier one closed with', async () => {
    const begin = it.clock.now();
    const sale = new Sale(it, [mug]);
    await sale.place();
    await sale.capture();
    await it.advance(dayMs);
    const middle = it.clock.now();
    await sale.refund([sale.units(0, 0, 1)]);
    await it.advance(dayMs);
    const first = await statement(sale, `from=${begin.toISOString()}&to=${middle.toISOString()}`);
    const second = await statement(sale, period(middle, it.clock.now()));
    expect(first.body.closing.amountMinor).toBe(931);
    expect(second.body.opening).toEqual(first.body.closing);
    expect(second.body.closing.amountMinor).toBe(619);
  });

  test.each([
    ['a period that ends before it began', '2026-02-01T00:00:00Z', '2026-01-01T00:00:00Z', 422],
    ['a period of more than a year', '2024-01-01T00:00:00Z', '2026-01-01T00:00:00Z', 422],
    ['a time that is none', 'yesterday', '2026-01-01T00:00:00Z', 400],
  ])('is refused for %s', async (_, from, to, status) => {
    const sale = new Sale(it, [mug]);
    expect((await statement(sale, `from=${from}&to=${to}`)).status).toBe(status);
  });

  test('of another vendor does not exist for staff, and does for an operator', async () => {
    const sale = new Sale(it, [mug]);
    await sale.place();
    await sale.capture();
    const query = `vendorId=${sale.vendorId}&from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z`;
    const stranger = await it.tokens.staff(newId());
    for (const path of ['balances', 'statement', 'statement.csv']) {
      const url = `/v1/ledger/${path}?${path === 'balances' ? query.split('&')[0] : query}`;
      expect((await it.request('GET', url, { token: stranger })).status).toBe(404);
      expect((await it.request('GET', url, { token: operator })).status).toBe(200);
    }
    const platform = await it.request('GET', '/v1/ledger/balances', { token: operator });
    expect(platform.body.vendorId).toBeNull();
    expect(platform.body.accounts.map((one: { account: string }) => one.account)).toContain(
      'clearing',
    );
  });
});

describe('commission', () => {
  const itemOf = (change: Record<string, unknown> = {}) => ({
    itemId: 'l1',
    kind: 'line',
    quantity: 1,
    baseMinor: 3400,
    netMinor: 2764,
    marketplaceFundedMinor: 0,
    ...change,
  });
  async function freeze(vendorIds: readonly string[], items = [itemOf()]) {
    const outcome = await it.peer('payout.freezeCommission', {
      currency: 'EUR',
      marketplaceFundingTaxed: true,
      orders: vendorIds.map((vendorId) => ({ vendorId, items })),
    });
    expect(outcome.ok).toBe(true);
    const { value } = outcome as unknown as { value: unknown };
    return payoutFreezeCommission.reply.parse(value).items;
  }
  const put = (body: Record<string, unknown>, headers: Record<string, string> = {}) =>
    it.request('PUT', '/v1/commission-rules', { token: operator, body, headers });
  const percentage = (ratePpm: number) => [{ kind: 'percentage', ratePpm }];

  test('is frozen by the default rules, with one statement', async () => {
    it.meter.drain();
    const frozen = await freeze([newId()], [itemOf(), itemOf({ itemId: 's', kind: 'shipping' })]);
    const spent = it.meter.drain().find((one) => one.meter === 'postgres.statements');
    expect(spent?.amount).toBe(1);
    expect(frozen).toEqual([
      { itemId: 'l1', commissionBaseMinor: 2764, commissionMinor: 332, commissionTaxMinor: 76 },
      { itemId: 's', commissionBaseMinor: 0, commissionMinor: 0, commissionTaxMinor: 0 },
    ]);
  });

  test('goes by a vendor’s own rules instead, even if they are none, until they are taken back', async () => {
    const [own, other] = [newId() as string, newId() as string];
    expect((await put({ vendorId: own, rules: percentage(50_000) })).status).toBe(200);
    const both = await freeze([own, other]);
    expect(both.map((one) => one.commissionMinor)).toEqual([138, 332]);
    await it.advance(1);
    await put({ vendorId: own, rules: [] });
    expect((await freeze([own])).map((one) => one.commissionMinor)).toEqual([0]);
    await it.advance(1);
    await put({ vendorId: own, rules: null });
    expect((await freeze([own])).map((one) => one.commissionMinor)).toEqual([332]);
  });

  test('of rules that are dated for later is charged from then on', async () => {
    const vendorId = newId() as string;
    const validFrom = new Date(it.clock.now().getTime() + dayMs).toISOString();
    await put({ vendorId, rules: percentage(100_000), validFrom });
    expect((await freeze([vendorId]))[0]?.commissionMinor).toBe(332);
    await it.advance(dayMs);
    expect((await freeze([vendorId]))[0]?.commissionMinor).toBe(276);
  });

  test('of a rule with an end is charged no longer after it', async () => {
    const vendorId = newId() as string;
    const validUntil = new Date(it.clock.now().getTime() + dayMs).toISOString();
    const rules = [{ kind: 'percentage', ratePpm: 100_000, validUntil }];
    expect((await put({ vendorId, rules })).body.rules).toEqual(rules);
    expect((await freeze([vendorId]))[0]?.commissionMinor).toBe(276);
    await it.advance(dayMs);
    expect((await freeze([vendorId]))[0]?.commissionMinor).toBe(0);
  });

  test.each([
    ['bands without an open end', { rules: [{ kind: 'bands', bands: [{ upTo: 5, ratePpm: 1 }] }] }],
    [
      'a rule that ends before it starts',
      {
        rules: [
          {
            kind: 'fixedPerUnit',
            amount: 1,
            validFrom: '2027-01-01T00:00:00Z',
            validUntil: '2026-01-01T00:00:00Z',
          },
        ],
      },
    ],
  ])('does not go by %s', async (_, body) => {
    expect(await put(body)).toMatchObject({
      status: 422,
      body: { code: 'COMMISSION_RULE_INVALID' },
    });
  });

  test.each([
    ['no default', { rules: null }, 422, 'COMMISSION_RULES_REQUIRED'],
    [
      'a tax of one vendor’s own',
      { vendorId: newId(), rules: [], taxPpm: 1 },
      422,
      'COMMISSION_SETTING_NOT_PER_VENDOR',
    ],
    [
      'rules of the past',
      { rules: [], validFrom: '2020-01-01T00:00:00Z' },
      422,
      'COMMISSION_RULES_IN_THE_PAST',
    ],
    ['a rate over 100 %', { rules: percentage(1_000_001) }, 400, 'INVALID_REQUEST'],
    [
      'a negative amount',
      { rules: [{ kind: 'fixedPerUnit', amount: -1 }] },
      400,
      'INVALID_REQUEST',
    ],
    ['an unknown kind', { rules: [{ kind: 'tithe', amount: 1 }] }, 400, 'INVALID_REQUEST'],
  ])('is not set to %s', async (_, body, status, code) => {
    expect(await put(body)).toMatchObject({ status, body: { code } });
  });

  test('is changed by one operator at a time, and only by operators', async () => {
    const vendorId = newId() as string;
    const first = await put({ vendorId, rules: [] });
    expect(first.headers['etag']).toBe('"1"');
    expect((await put({ vendorId, rules: [] }, { 'if-match': '"1"' })).status).toBe(200);
    const late = await put({ vendorId, rules: [] }, { 'if-match': '"1"' });
    expect(late).toMatchObject({ status: 412, body: { code: 'VERSION_CONFLICT' } });
    const replies = await Promise.all([1, 2, 3].map(() => put({ vendorId, rules: [] })));
    expect(new Set(replies.map((reply) => reply.body.version)).size).toBe(3);

    const token = await it.tokens.staff(vendorId);
    const body = { rules: [] };
    expect((await it.request('PUT', '/v1/commission-rules', { token, body })).status).toBe(403);
    expect((await it.request('GET', '/v1/commission-rules', { token })).status).toBe(403);
    const listed = await it.request('GET', `/v1/commission-rules?vendorId=${vendorId}&limit=2`, {
      token: operator,
    });
    expect(listed.body.items.map((set: { version: number }) => set.version)).toEqual([5, 4]);
    expect(listed.body.nextCursor).not.toBeNull();
  });
});
