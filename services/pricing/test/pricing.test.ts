import {
  productChanged,
  productSnapshotSample,
  type Quote,
  vendorReopened,
  vendorSuspended,
} from '@mkt/contracts';
import { newId, type VariantId, type VendorId } from '@mkt/kernel';
import { startTestService, type TestService } from '@mkt/service-kit/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { pricingService } from '../src/index.ts';

const dayMs = 86_400_000;

describe('the pricing service', () => {
  let pricing: TestService;
  const vendorId = newId<'Vendor'>();
  let staff: string;
  let operator: string;

  beforeAll(async () => {
    pricing = await startTestService(pricingService, { postgresUrl: inject('postgresUrl') });
    staff = await pricing.tokens.staff(vendorId);
    operator = await pricing.tokens.operator();
  });
  afterAll(() => pricing.close());

  async function publish(priceMinor: number, more: { version?: number; vendorId?: VendorId } = {}) {
    const product = productChanged.payload.parse(productSnapshotSample);
    const variantId = newId<'Variant'>();
    const productId = newId<'Product'>();
    const [variant] = product.variants;
    if (!variant) throw new Error('The sample has a variant');
    const payload = {
      ...product,
      productId,
      vendorId,
      version: 1,
      ...more,
      variants: [{ ...variant, variantId, priceMinor }],
    };
    await pricing.deliver(productChanged, payload);
    return { productId, variantId, payload };
  }

  async function quote(
    variantIds: readonly VariantId[],
    more: Record<string, unknown> = {},
  ): Promise<Quote> {
    const quoted = await pricing.peer('pricing.quote', {
      currency: 'EUR',
      country: 'IE',
      shopperId: null,
      lines: variantIds.map((variantId) => ({ lineId: newId(), variantId, quantity: 2 })),
      shipping: [],
      couponCodes: [],
      ...more,
    });
    if (!quoted.ok) throw new Error(quoted.error.code);
    return quoted.value as Quote;
  }

  const makeCoupon = (token: string, body: Record<string, unknown>) =>
    pricing.request('POST', '/v1/coupons', { token, body: { currency: 'EUR', ...body } });
  const redeem = (code: string, shopperId = newId<'User'>(), groupId = newId<'OrderGroup'>()) =>
    pricing.peer('pricing.redeem', { groupId, shopperId, couponCodes: [code] });

  test('quotes in one statement, with inclusive tax of the destination explained', async () => {
    const { variantId } = await publish(1_230);
    pricing.meter.drain();
    const quoted = await quote([variantId]);
    const spent = pricing.meter.drain().find(({ meter }) => meter === 'postgres.statements');
    expect(spent?.amount).toBe(1);
    expect(quoted.items).toMatchObject([
      {
        baseMinor: 2_460,
        payableMinor: 2_460,
        netMinor: 2_000,
        taxMinor: 460,
        taxRatePpm: 230_000,
      },
    ]);
    expect(quoted.totalMinor).toBe(2_460);
  });

  test('takes no tax on what is sold as exempt', async () => {
    const { payload } = await publish(1_000);
    const [variant] = payload.variants;
    if (!variant) throw new Error('There is a variant');
    const variants = [{ ...variant, taxCategory: 'exempt' }];
    await pricing.deliver(productChanged, { ...payload, version: 2, variants });
    const [item] = (await quote([variant.variantId])).items;
    expect(item).toMatchObject({ taxRatePpm: 0, taxMinor: 0, netMinor: 2_000 });
  });

  test('names what cannot be bought and why, and prices the rest', async () => {
    const other = newId<'Vendor'>();
    const good = await publish(500);
    const theirs = await publish(900, { vendorId: other });
    const vendor = {
      vendorId: other,
      name: 'Other',
      slug: 'other',
      country: 'IE',
      contactEmail: 'other@example.test',
    };
    const reason = 'Unshipped orders';
    await pricing.deliver(vendorSuspended, { ...vendor, reason }, { aggregateVersion: 2 });
    const unknown = newId<'Variant'>();
    const quoted = await quote([good.variantId, theirs.variantId, unknown]);
    expect(quoted.totalMinor).toBe(1_000);
    expect(quoted.unavailable.map((one) => one.reason)).toEqual([
      'VENDOR_SUSPENDED',
      'PRODUCT_NOT_FOUND',
    ]);
    await pricing.deliver(vendorReopened, vendor, { aggregateVersion: 3 });
    expect((await quote([theirs.variantId])).unavailable).toEqual([]);
    expect((await quote([good.variantId], { currency: 'USD' })).unavailable).toMatchObject([
      { reason: 'CURRENCY_NOT_OFFERED' },
    ]);
  });

  test('keeps the newer of two versions, in whichever order they come', async () => {
    const { variantId, payload } = await publish(1_000, { version: 5 });
    const [variant] = payload.variants;
    await pricing.deliver(productChanged, {
      ...payload,
      version: 4,
      variants: variant ? [{ ...variant, priceMinor: 1 }] : [],
    });
    expect((await quote([variantId])).totalMinor).toBe(2_000);
    await pricing.deliver(productChanged, { ...payload, version: 6, status: 'archived' });
    expect((await quote([variantId])).unavailable).toMatchObject([
      { reason: 'PRODUCT_NOT_PUBLISHED' },
    ]);
  });

  test('starts and ends a sale by the clock and tells of each change once', async () => {
    const { productId, variantId } = await publish(3_000);
    const at = (days: number) =>
      new Date(pricing.clock.now().getTime() + days * dayMs).toISOString();
    const put = await pricing.request('PUT', `/v1/prices/${variantId}`, {
      token: staff,
      body: {
        sale: {
          price: { amountMinor: 2_400, currency: 'EUR' },
          startsAt: at(1),
          endsAt: at(3),
        },
      },
    });
    expect(put.status).toBe(200);
    const unit = async () => (await quote([variantId])).items[0]?.unitAmountMinor;
    expect(await unit()).toBe(3_000);
    await pricing.advance(dayMs);
    expect(await unit()).toBe(2_400);
    await pricing.advance(2 * dayMs);
    expect(await unit()).toBe(3_000);
    const told = (await pricing.events('pricing.offerChanged')).filter(
      (event) => event.aggregateId === productId,
    );
    expect(told.map(({ payload }) => payload)).toMatchObject([
      { priceMinor: 3_000, compareAtMinor: null },
      { priceMinor: 2_400, compareAtMinor: 3_000 },
      { priceMinor: 3_000, compareAtMinor: null },
    ]);
  });

  test('lets no vendor price what another sells', async () => {
    const { variantId } = await publish(3_000);
    const stranger = await pricing.tokens.staff(newId<'Vendor'>());
    const body = { listPrice: { amountMinor: 1, currency: 'EUR' } };
    const refused = await pricing.request('PUT', `/v1/prices/${variantId}`, {
      token: stranger,
      body,
    });
    expect([refused.status, refused.body.code]).toEqual([404, 'VARIANT_NOT_FOUND']);
    expect((await quote([variantId])).totalMinor).toBe(6_000);
  });

  test('shares a marketplace coupon’s cost as set and keeps a vendor’s to its own lines', async () => {
    const mine = await publish(1_000);
    const theirs = await publish(1_000, { vendorId: newId<'Vendor'>() });
    const percentage = { kind: 'percentage', ratePpm: 100_000 };
    await makeCoupon(operator, { code: 'ALL10', discount: percentage, vendorFundedPpm: 250_000 });
    await makeCoupon(staff, { code: 'MINE5', discount: { kind: 'fixed', amountMinor: 500 } });
    const quoted = await quote([mine.variantId, theirs.variantId], {
      couponCodes: ['all10', 'MINE5', 'NOPE'],
    });
    const [own, other] = quoted.items;
    expect(own).toMatchObject({ discountMinor: 650, vendorFundedMinor: 538 });
    expect(other).toMatchObject({ discountMinor: 200, vendorFundedMinor: 50 });
    expect(quoted.refusedCoupons).toEqual([{ code: 'NOPE', reason: 'COUPON_UNKNOWN' }]);
    const shared = await makeCoupon(staff, {
      code: 'SHARE',
      discount: percentage,
      vendorFundedPpm: 5,
    });
    expect(shared.body.code).toBe('FUNDING_NOT_YOURS');
    const taken = await makeCoupon(staff, { code: 'all10', discount: percentage });
    expect([taken.status, taken.body.code]).toEqual([409, 'COUPON_CODE_TAKEN']);
  });

  test('counts seven uses for fifty who try at once, and gives a failed one back once', async () => {
    const discount = { kind: 'percentage', ratePpm: 50_000 };
    await makeCoupon(operator, { code: 'SEVEN', discount, usageLimit: 7 });
    const groupId = newId<'OrderGroup'>();
    const shopperId = newId<'User'>();
    const rivals = Array.from({ length: 49 }, () => redeem('SEVEN'));
    const outcomes = await Promise.all([redeem('SEVEN', shopperId, groupId), ...rivals]);
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(7);
    expect(outcomes.filter((one) => !one.ok && one.error.code === 'COUPON_EXHAUSTED')).toHaveLength(
      43,
    );
    const used = async () =>
      (await pricing.database.admin(`SELECT used FROM pricing.coupons WHERE code = 'SEVEN'`))
        .rows[0].used;
    expect(await used()).toBe(7);
    const released = outcomes[0]?.ok ? 1 : 0;
    await pricing.peer('pricing.releaseRedemption', { groupId });
    await pricing.peer('pricing.releaseRedemption', { groupId });
    expect(await used()).toBe(7 - released);
    await redeem('SEVEN', shopperId, groupId);
    expect(await used()).toBe(7 - released);
  });

  test('counts a repeated redemption once and holds the limit of a shopper', async () => {
    const discount = { kind: 'freeShipping' };
    await makeCoupon(operator, { code: 'ONCE', discount, perShopperLimit: 1 });
    const shopperId = newId<'User'>();
    const groupId = newId<'OrderGroup'>();
    for (let n = 0; n < 3; n += 1) expect((await redeem('ONCE', shopperId, groupId)).ok).toBe(true);
    const second = await redeem('ONCE', shopperId);
    expect(second).toMatchObject({ ok: false, error: { code: 'COUPON_LIMIT_REACHED' } });
    const { rows } = await pricing.database.admin(
      `SELECT used FROM pricing.coupons WHERE code = 'ONCE'`,
    );
    expect(rows[0].used).toBe(1);
    const { variantId } = await publish(100);
    expect((await quote([variantId], { shopperId, couponCodes: ['ONCE'] })).refusedCoupons).toEqual(
      [{ code: 'ONCE', reason: 'COUPON_LIMIT_REACHED' }],
    );
  });

  test('sets a tax rate for quotes from now on, by operators alone', async () => {
    const { variantId } = await publish(1_000);
    const put = (token: string) =>
      pricing.request('PUT', '/v1/tax-rates/JP/standard', { token, body: { ratePpm: 100_000 } });
    expect((await quote([variantId], { country: 'JP' })).items[0]?.taxMinor).toBe(0);
    expect((await put(staff)).status).toBe(403);
    expect((await put(operator)).status).toBe(200);
    expect((await quote([variantId], { country: 'JP' })).items[0]?.taxMinor).toBe(182);
  });
});
