import { newId, type OrderGroupId, type Refusal, type Result, type UserId } from '@mkt/kernel';
import { newContext, runInContext } from '@mkt/service-kit';
import type { TestService } from '@mkt/service-kit/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { redeem } from '../src/operations/redeem.ts';
import { releaseRedemptions } from '../src/store/redemptions.ts';
import { askQuote, publish, startPricing } from './setup.ts';

const tenPercent = { kind: 'percentage', ratePpm: 100_000 };

describe('coupons', () => {
  let it: TestService;
  let operator: string;
  let made = 0;
  beforeAll(async () => {
    it = await startPricing();
    operator = await it.tokens.operator();
  });
  afterAll(() => it.close());

  async function make(more: Record<string, unknown> = {}, token = operator) {
    made += 1;
    const body = { code: `CODE-${made}`, currency: 'EUR', discount: tenPercent, ...more };
    const reply = await it.request('POST', '/v1/coupons', { token, body });
    expect(reply.status).toBe(201);
    return reply.body as { couponId: string; code: string; version: number };
  }
  const redeemed = (
    codes: readonly string[],
    shopperId: UserId = newId(),
    groupId: OrderGroupId = newId(),
  ) => it.peer('pricing.redeem', { groupId, shopperId, couponCodes: codes });
  const usesOf = async (code: string) =>
    (await it.database.admin('SELECT used FROM pricing.coupons WHERE code = $1', [code])).rows[0]
      .used as number;
  const codesOf = (outcomes: readonly Result<unknown, Refusal>[]) =>
    outcomes.map((one) => (one.ok ? 'ok' : one.error.code));

  describe('redeemed by rivals', () => {
    test('on four connections are counted exactly up to the limit, and given back exactly', async () => {
      const { code } = await make({ usageLimit: 7 });
      const single = { platform: 1, vendor: 1 };
      const connections = [1, 2, 3, 4].map(() => it.database.forService('pricing', single));
      const kept = await Promise.all(
        connections.flatMap((db) =>
          Array.from({ length: 25 }, async (_, rival) => {
            const groupId = newId<'OrderGroup'>();
            const redemption = { groupId, shopperId: newId<'User'>(), codes: [code] };
            const outcome = await redeem(db, redemption);
            if (!outcome.ok || rival % 2 === 0) return outcome.ok;
            await releaseRedemptions(db, groupId);
            return false;
          }),
        ),
      );
      const uses = kept.filter(Boolean).length;
      expect(uses).toBeLessThanOrEqual(7);
      expect(await usesOf(code)).toBe(uses);
      const more = await Promise.all(Array.from({ length: 10 }, () => redeemed([code])));
      expect(codesOf(more).filter((each) => each === 'ok')).toHaveLength(7 - uses);
      expect(await usesOf(code)).toBe(7);
    });

    test('of one shopper stay within the limit of a shopper', async () => {
      const { code } = await make({ perShopperLimit: 2 });
      const shopperId = newId<'User'>();
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, () => redeemed([code], shopperId)),
      );
      expect(codesOf(outcomes).toSorted()).toEqual([
        ...Array.from({ length: 18 }, () => 'COUPON_LIMIT_REACHED'),
        'ok',
        'ok',
      ]);
      expect(await usesOf(code)).toBe(2);
      expect((await redeemed([code])).ok).toBe(true);
    });

    test('sent many times for one checkout count once', async () => {
      const { code } = await make({ usageLimit: 1 });
      const groupId = newId<'OrderGroup'>();
      const shopperId = newId<'User'>();
      const same = Array.from({ length: 12 }, () => redeemed([code], shopperId, groupId));
      expect(new Set(codesOf(await Promise.all(same)))).toEqual(new Set(['ok']));
      expect(await usesOf(code)).toBe(1);
    });

    test('and released at once leave no use behind', async () => {
      const { code } = await make({ usageLimit: 5 });
      for (let round = 0; round < 15; round += 1) {
        const groupId = newId<'OrderGroup'>();
        const release = it.peer('pricing.releaseRedemption', { groupId });
        await Promise.all([redeemed([code], newId(), groupId), release]);
        expect(await usesOf(code)).toBe(0);
        expect(codesOf([await redeemed([code], newId(), groupId)])).toEqual([
          'REDEMPTION_RELEASED',
        ]);
      }
    });
  });

  test('of one checkout are counted all or none, in one round trip', async () => {
    const free = await make();
    const last = await make({ usageLimit: 1 });
    const work = newContext();
    await runInContext(work, () => redeemed([free.code, last.code]));
    expect(work.spent.sqlRoundTrips).toBe(1);
    expect(codesOf([await redeemed([free.code, last.code])])).toEqual(['COUPON_EXHAUSTED']);
    expect(codesOf([await redeemed([free.code, 'NO-SUCH-CODE'])])).toEqual(['COUPON_UNKNOWN']);
    expect(await usesOf(free.code)).toBe(1);
  });

  test('are refused in a quote by name: ended, not begun, used up, of another currency', async () => {
    const now = it.clock.now().getTime();
    const at = (days: number) => new Date(now + days * 86_400_000).toISOString();
    const ended = await make({ startsAt: at(-2), endsAt: at(-1) });
    const later = await make({ startsAt: at(1) });
    const used = await make({ usageLimit: 1 });
    await redeemed([used.code]);
    const yen = await make({ minimumMinor: 100, currency: 'JPY' });
    const dollars = await make({ discount: { kind: 'fixed', amountMinor: 5 }, currency: 'USD' });
    const dear = await make({ minimumMinor: 100_000 });
    const off = await make();
    await it.request('DELETE', `/v1/coupons/${off.couponId}`, { token: operator });
    const { variantId } = await publish(it, 1_000);
    const all = [ended, later, used, yen, dollars, dear, off];
    const quoted = await askQuote(it, [variantId], { couponCodes: all.map(({ code }) => code) });
    const reasons = new Map(
      quoted.ok ? quoted.value.refusedCoupons.map(({ code, reason }) => [code, reason]) : [],
    );
    expect(all.map(({ code }) => reasons.get(code))).toEqual([
      'COUPON_NOT_ACTIVE',
      'COUPON_NOT_ACTIVE',
      'COUPON_EXHAUSTED',
      'COUPON_NOT_APPLICABLE',
      'COUPON_NOT_APPLICABLE',
      'COUPON_MINIMUM_NOT_REACHED',
      'COUPON_UNKNOWN',
    ]);
    expect(quoted).toMatchObject({ value: { totalMinor: 1_000, coupons: [] } });
  });

  test('of another vendor are neither seen nor changed, nor their codes taken twice', async () => {
    const mine = await it.tokens.staff(newId());
    const stranger = await it.tokens.staff(newId());
    const own = await make({}, mine);
    const url = `/v1/coupons/${own.couponId}`;
    const change = { token: stranger, body: { active: false } };
    expect((await it.request('PATCH', url, change)).status).toBe(404);
    expect((await it.request('DELETE', url, { token: stranger })).status).toBe(404);
    const seen = await it.request('GET', '/v1/coupons', { token: stranger });
    expect(seen.body.items).toEqual([]);
    const taken = await it.request('POST', '/v1/coupons', {
      token: stranger,
      body: { code: own.code.toLowerCase(), currency: 'EUR', discount: tenPercent },
    });
    expect(taken).toMatchObject({ status: 409, body: { code: 'COUPON_CODE_TAKEN' } });
    const list = await it.request('GET', '/v1/coupons', { token: mine });
    expect(list.body.items).toMatchObject([{ couponId: own.couponId, active: true }]);
  });

  test('change by their version, and never below what was used', async () => {
    const { couponId, code } = await make({ usageLimit: 5 });
    await Promise.all([redeemed([code]), redeemed([code])]);
    const patch = (body: unknown, headers = {}) =>
      it.request('PATCH', `/v1/coupons/${couponId}`, { token: operator, body, headers });
    expect((await patch({ usageLimit: 1 })).body).toMatchObject({ code: 'LIMIT_BELOW_USE' });
    const lowered = await patch({ usageLimit: 2 }, { 'if-match': '"1"' });
    expect(lowered.body).toMatchObject({ usageLimit: 2, used: 2, version: 2 });
    expect((await patch({ active: false }, { 'if-match': '"1"' })).status).toBe(412);
    expect(codesOf([await redeemed([code])])).toEqual(['COUPON_EXHAUSTED']);
  });

  test.each([
    ['a rate over 100 %', { discount: { kind: 'percentage', ratePpm: 1_000_001 } }],
    ['a discount of nothing', { discount: { kind: 'fixed', amountMinor: 0 } }],
    ['a kind we do not know', { discount: { kind: 'gift' } }],
    ['a code with spaces', { code: 'TWO WORDS' }],
    ['a limit of none', { usageLimit: 0 }],
    [
      'dates the wrong way round',
      { startsAt: '2026-02-02T00:00:00Z', endsAt: '2026-02-01T00:00:00Z' },
    ],
    ['a share over 100 %', { vendorFundedPpm: 1_000_001 }],
    ['an unknown field', { stackable: true }],
  ])('with %s are refused', async (_, more) => {
    const body = { code: 'BAD-ONE', currency: 'EUR', discount: tenPercent, ...more };
    const reply = await it.request('POST', '/v1/coupons', { token: operator, body });
    expect(reply).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
  });
});
