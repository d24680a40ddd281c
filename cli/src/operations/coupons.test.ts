import { describe, expect, it } from 'vitest';
import { fakeApi } from '../testing/fake-api.ts';
import { createCoupon, editCoupon, endCoupon, minorOf, ppmOf, showCoupon } from './coupons.ts';

const coupon = { couponId: '0190b6f0-0000-7000-8000-000000000001', code: 'TEN', version: 3 };
const listed = { 'GET /v1/coupons': { items: [coupon], nextCursor: null } };
const path = `/v1/coupons/${coupon.couponId}`;

describe('a coupon', () => {
  it('is made of what was said, in the units of the API', async () => {
    const api = fakeApi({ 'POST /v1/coupons': coupon });
    const base = { code: 'TEN', currency: 'EUR' };
    await createCoupon(api, { ...base, percent: 8.875, minimum: '50', vendorPays: 40 });
    await createCoupon(api, { ...base, amount: '8.00', usageLimit: 5 });
    await createCoupon(api, { code: 'YEN', currency: 'JPY', amount: '500' });
    await createCoupon(api, { ...base, freeShipping: true });
    expect(api.sent.map(({ body }) => body)).toEqual([
      {
        ...base,
        discount: { kind: 'percentage', ratePpm: 88_750 },
        minimumMinor: 5_000,
        vendorFundedPpm: 400_000,
      },
      { ...base, discount: { kind: 'fixed', amountMinor: 800 }, usageLimit: 5 },
      { code: 'YEN', currency: 'JPY', discount: { kind: 'fixed', amountMinor: 500 } },
      { ...base, discount: { kind: 'freeShipping' } },
    ]);
  });

  it.each([{}, { percent: 10, amount: '8.00' }, { amount: '8.00', freeShipping: true }])(
    'that gives not one thing is refused: %j',
    (gives) => {
      const input = { code: 'TEN', currency: 'EUR', ...gives };
      expect(() => createCoupon(fakeApi({}), input)).toThrow(/gives one thing/);
    },
  );

  it('is found by its code, however it is written, and by its id', async () => {
    const api = fakeApi(listed);
    await expect(showCoupon(api, 'ten')).resolves.toBe(coupon);
    await expect(showCoupon(api, coupon.couponId)).resolves.toBe(coupon);
    await expect(showCoupon(api, 'GONE')).rejects.toMatchObject({ code: 'COUPON_NOT_FOUND' });
  });

  it('is changed as it was read, so that nobody else’s change is lost', async () => {
    const api = fakeApi({ ...listed, [`PATCH ${path}`]: coupon, [`DELETE ${path}`]: coupon });
    await editCoupon(api, 'TEN', { usageLimit: 9 });
    await endCoupon(api, 'TEN');
    expect(api.sent.filter(({ method }) => method !== 'GET')).toEqual([
      { method: 'PATCH', path, body: { usageLimit: 9 }, version: 3 },
      { method: 'DELETE', path },
    ]);
    await expect(editCoupon(api, 'TEN', {})).rejects.toThrow(/Nothing is to be changed/);
  });
});

it.each([101, -1, 0.00001])('%d is no percentage', (percent) => {
  expect(() => ppmOf(percent)).toThrow(/is not a percentage/);
});

it.each([
  ['8.001', 'EUR'],
  ['-8', 'EUR'],
  ['8.5', 'JPY'],
  ['eight', 'EUR'],
  ['8', 'XYZ'],
])('%s is no amount of %s', (text, currency) => {
  expect(() => minorOf(text, currency)).toThrow(/is not an? (amount|currency)/);
});
