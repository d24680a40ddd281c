import { newId, uuidv7 } from '@mkt/kernel';
import type { TestService } from '@mkt/service-kit/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dayMs, Sale, startPayout } from './harness.ts';

let it: TestService;
let operator: string;
const own = newId() as string;
const plain = newId() as string;
const percentage = (ratePpm: number) => [{ kind: 'percentage', ratePpm }];
const preview = (body: Record<string, unknown>, token = operator) =>
  it.request('POST', '/v1/commission-rules/preview', { token, body });
const around = () => {
  const now = it.clock.now().getTime();
  return {
    from: new Date(now - 10 * dayMs).toISOString(),
    to: new Date(now + dayMs).toISOString(),
  };
};
const eur = (amountMinor: number) => ({ amountMinor, currency: 'EUR' });

beforeAll(async () => {
  it = await startPayout();
  operator = await it.tokens.operator(uuidv7());
  const put = (body: unknown) =>
    it.request('PUT', '/v1/commission-rules', { token: operator, body });
  await put({ rules: percentage(100_000) });
  await put({ vendorId: own, rules: percentage(50_000) });
  const item = { quantity: 2, payable: 10_000, commission: 1_000 };
  const bought = new Sale(it, [item], { vendorId: plain });
  await bought.place();
  await bought.capture([bought.units(0, 0, 1)]);
  const other = new Sale(it, [{ payable: 8_000, commission: 400 }], { vendorId: own });
  await other.place();
  await other.capture();
});
afterAll(() => it.close());

describe('a preview of commission rules', () => {
  test('of the default recomputes what it applies to, from the units that were captured', async () => {
    const { status, body } = await preview({ rules: percentage(150_000), ...around() });
    expect(status).toBe(200);
    expect(body.items).toEqual([
      {
        vendorId: plain,
        currency: 'EUR',
        orders: 1,
        was: { commission: eur(500), tax: eur(0) },
        // The marketplace's tax on commission is 23 %, of half the line.
        wouldBe: { commission: eur(750), tax: eur(173) },
      },
    ]);
  });

  test('of a vendor’s own rules recomputes that vendor alone, and null its return to the default', async () => {
    const free = await preview({ vendorId: own, rules: [], ...around() });
    expect(free.body.items).toMatchObject([
      { vendorId: own, was: { commission: eur(400) }, wouldBe: { commission: eur(0) } },
    ]);
    const back = await preview({ vendorId: own, rules: null, ...around() });
    expect(back.body.items).toMatchObject([{ wouldBe: { commission: eur(800) } }]);
  });

  test('covers last month unless a period is named', async () => {
    const { body } = await preview({ rules: [] });
    const now = it.clock.now();
    const month = (back: number) =>
      new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1)).toISOString();
    expect([body.from, body.to]).toEqual([month(1), month(0)]);
  });

  test('changes nothing: neither rules nor books', async () => {
    const state = async () => {
      const { rows } = await it.database.admin(
        `SELECT (SELECT count(*) FROM payout.commission_rules) AS rules,
                (SELECT sum(commission_minor) FROM payout.order_items) AS frozen,
                (SELECT count(*) FROM payout.outbox) AS events`,
      );
      return rows;
    };
    const before = await state();
    await preview({ rules: percentage(900_000), ...around() });
    expect(await state()).toEqual(before);
  });

  test.each([
    [
      'PREVIEW_PERIOD_INVALID',
      { rules: [], from: '2026-02-01T00:00:00Z', to: '2026-01-01T00:00:00Z' },
    ],
    [
      'PREVIEW_PERIOD_INVALID',
      { rules: [], from: '2025-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' },
    ],
    ['COMMISSION_RULES_REQUIRED', { rules: null }],
    ['COMMISSION_SETTING_NOT_PER_VENDOR', { vendorId: newId(), rules: [], taxPpm: 1 }],
    ['COMMISSION_RULE_INVALID', { rules: [{ kind: 'bands', bands: [{ upTo: 5, ratePpm: 1 }] }] }],
  ])('%s: refused', async (code, body) => {
    const reply = await preview(body);
    expect([reply.status, reply.body.code]).toEqual([422, code]);
  });

  test('is for operators', async () => {
    const token = await it.tokens.staff(own);
    expect((await preview({ rules: [] }, token)).status).toBe(403);
  });
});
