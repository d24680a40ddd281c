import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkQuoteInput } from './check-quote-input.ts';
import { quote } from './quote.ts';
import type { Coupon, QuotedItem, QuoteInput, QuoteLine } from './types.ts';

fc.configureGlobal({ seed: 20_260_101 });

const line = (id: string, vendor: string, unitAmount: number, quantity = 1): QuoteLine => ({
  id,
  vendor,
  unitAmount,
  quantity,
  taxCategory: 'standard',
});
const cart: QuoteInput = {
  currency: 'EUR',
  taxMode: 'exclusive',
  marketplaceFundingTaxed: true,
  taxRatesPpm: { standard: 190_000, shipping: 0 },
  lines: [line('l1', 'v1', 1000, 2), line('l2', 'v2', 500)],
  shipping: [
    { vendor: 'v1', amount: 400 },
    { vendor: 'v2', amount: 300 },
  ],
  coupons: [],
};
const tenPercent: Coupon = {
  code: 'TEN',
  scope: 'marketplace',
  kind: 'percentage',
  ratePpm: 100_000,
  vendorFundedPpm: 0,
};
const vendorFive: Coupon = {
  code: 'FIVE',
  scope: 'v1',
  kind: 'fixed',
  amount: 500,
  vendorFundedPpm: 1_000_000,
};
const freeShipping: Coupon = {
  code: 'SHIP',
  scope: 'marketplace',
  kind: 'freeShipping',
  vendorFundedPpm: 0,
};
const priced = (coupons: readonly Coupon[], more: Partial<QuoteInput> = {}) =>
  quote({ ...cart, ...more, coupons });
const discounts = (items: readonly QuotedItem[]) => items.map((item) => item.discount);

describe('coupons', () => {
  test('of vendors come before those of the marketplace, which see what is left', () => {
    const { coupons, items } = priced([tenPercent, vendorFive]);
    expect(coupons).toEqual([
      { code: 'FIVE', scope: 'v1', amount: 500 },
      { code: 'TEN', scope: 'marketplace', amount: 200 },
    ]);
    expect(discounts(items)).toEqual([650, 50, 0, 0]);
  });

  test('show on each item what they took off and who pays', () => {
    const shared = { ...tenPercent, vendorFundedPpm: 333_333 };
    const [first] = priced([shared, vendorFive]).items;
    expect(first?.coupons).toEqual([
      { code: 'FIVE', discount: 500, vendorFunded: 500, marketplaceFunded: 0 },
      { code: 'TEN', discount: 150, vendorFunded: 50, marketplaceFunded: 100 },
    ]);
    expect(first).toMatchObject({ discount: 650, vendorFunded: 550, marketplaceFunded: 100 });
  });

  test('take off no more than there is', () => {
    const { coupons, items } = priced([{ ...vendorFive, amount: 99_999 }]);
    expect(coupons).toEqual([{ code: 'FIVE', scope: 'v1', amount: 2000 }]);
    expect(items[0]?.payable).toBe(0);
  });

  test('that find nothing left apply with 0 and explain nothing', () => {
    const all = { ...vendorFive, amount: 99_999 };
    const { coupons, items } = priced([all, { ...vendorFive, code: 'LATE' }]);
    expect(coupons[1]).toEqual({ code: 'LATE', scope: 'v1', amount: 0 });
    expect(items[0]?.coupons).toHaveLength(1);
  });

  test('for free shipping take off all of it, where they see lines', () => {
    expect(discounts(priced([freeShipping]).items)).toEqual([0, 0, 400, 300]);
    expect(discounts(priced([{ ...freeShipping, scope: 'v2' }]).items)).toEqual([0, 0, 0, 300]);
    const unshipped = priced([{ ...freeShipping, scope: 'v1' }], { shipping: [] });
    expect(unshipped.coupons).toEqual([{ code: 'SHIP', scope: 'v1', amount: 0 }]);
  });

  test('of a vendor without lines are refused, and the quote is not', () => {
    const { refusedCoupons, total } = priced([{ ...vendorFive, scope: 'v3' }]);
    expect(refusedCoupons).toEqual([{ code: 'FIVE', reason: 'COUPON_NOT_APPLICABLE' }]);
    expect(total).toBe(priced([]).total);
  });

  test.each([tenPercent, freeShipping])('measure their minimum undiscounted: $kind', (coupon) => {
    const reached = priced([vendorFive, { ...coupon, minimumAmount: 2500 }]);
    expect(reached.refusedCoupons).toEqual([]);
    const missed = priced([{ ...coupon, minimumAmount: 2501 }]);
    expect(missed.refusedCoupons).toEqual([
      { code: coupon.code, reason: 'COUPON_MINIMUM_NOT_REACHED' },
    ]);
  });
});

describe('tax', () => {
  const single = { lines: [line('l1', 'v1', 1000)], shipping: [] };
  const of = (more: Partial<QuoteInput>) => priced([tenPercent], { ...single, ...more }).items[0];

  test('is added to exclusive prices, on what the marketplace pays too', () => {
    expect(of({})).toMatchObject({ net: 1000, tax: 190, payable: 1090 });
  });

  test('leaves marketplace funding out where it counts as a price reduction', () => {
    expect(of({ marketplaceFundingTaxed: false })).toMatchObject({ net: 900, tax: 171 });
  });

  test('is contained in inclusive prices', () => {
    const taxMode = 'inclusive';
    expect(of({ taxMode })).toMatchObject({ net: 840, tax: 160, payable: 900 });
    const reduction = of({ taxMode, marketplaceFundingTaxed: false });
    expect(reduction).toMatchObject({ net: 756, tax: 144, payable: 900 });
  });
});

test('a vendor order gets the sums of its own items, vendors by id', () => {
  const { vendors, total } = priced([tenPercent], {
    lines: [line('l1', 'v2', 1000), line('l2', 'v1', 500)],
  });
  expect(vendors).toEqual([
    { vendor: 'v1', payable: 945, tax: 95, marketplaceFunded: 50, vendorFunded: 0 },
    { vendor: 'v2', payable: 1390, tax: 190, marketplaceFunded: 100, vendorFunded: 0 },
  ]);
  expect(total).toBe(945 + 1390);
});

const vendor = fc.constantFrom('v1', 'v2', 'v3');
const rate = fc.nat(1_000_000);
const terms = {
  code: fc.uuid(),
  scope: fc.constantFrom('v1', 'v2', 'v3', 'marketplace'),
  vendorFundedPpm: rate,
};
const minimum = fc.oneof(fc.constant({}), fc.record({ minimumAmount: fc.nat(100_000) }));
const coupon: fc.Arbitrary<Coupon> = fc
  .oneof(
    fc.record({ ...terms, kind: fc.constant('percentage' as const), ratePpm: rate }),
    fc.record({ ...terms, kind: fc.constant('fixed' as const), amount: fc.nat(1_000_000) }),
    fc.record({ ...terms, kind: fc.constant('freeShipping' as const) }),
  )
  .chain((bare) => minimum.map((more) => ({ ...bare, ...more })));
const input: fc.Arbitrary<QuoteInput> = fc.record({
  currency: fc.constantFrom('EUR' as const, 'JPY' as const, 'KWD' as const),
  taxMode: fc.constantFrom('exclusive' as const, 'inclusive' as const),
  marketplaceFundingTaxed: fc.boolean(),
  taxRatesPpm: fc.record({ standard: rate, reduced: rate, shipping: rate }),
  lines: fc.uniqueArray(
    fc.record({
      id: fc.uuid(),
      vendor,
      unitAmount: fc.oneof(fc.nat(2000), fc.nat(1_000_000_000)),
      quantity: fc.integer({ min: 1, max: 50 }),
      taxCategory: fc.constantFrom('standard', 'reduced'),
    }),
    { selector: ({ id }) => id, maxLength: 6 },
  ),
  shipping: fc.uniqueArray(fc.record({ vendor, amount: fc.nat(5000) }), {
    selector: (charge) => charge.vendor,
  }),
  coupons: fc.uniqueArray(coupon, { selector: ({ code }) => code, maxLength: 5 }),
});
const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);

describe('always', () => {
  test('no amount is negative, and every cent of a discount has one funder', () => {
    fc.assert(
      fc.property(input, (cartInput) => {
        for (const item of quote(cartInput).items) {
          const { base, discount, vendorFunded, marketplaceFunded, net, tax, payable } = item;
          expect(
            Math.min(vendorFunded, marketplaceFunded, net, tax, payable),
          ).toBeGreaterThanOrEqual(0);
          expect(vendorFunded + marketplaceFunded).toBe(discount);
          expect(discount).toBeLessThanOrEqual(base);
          expect(sum(item.coupons.map((share) => share.discount))).toBe(discount);
          expect(sum(item.coupons.map((share) => share.vendorFunded))).toBe(vendorFunded);
        }
      }),
    );
  });

  test('net and tax are what the shopper and the marketplace pay', () => {
    fc.assert(
      fc.property(input, (cartInput) => {
        for (const { net, tax, payable, marketplaceFunded } of quote(cartInput).items) {
          const funded = cartInput.marketplaceFundingTaxed ? marketplaceFunded : 0;
          expect(net + tax).toBe(payable + funded);
        }
      }),
    );
  });

  test('items, coupons and vendor orders come to the same totals', () => {
    fc.assert(
      fc.property(input, (cartInput) => {
        const { items, coupons, refusedCoupons, vendors, total } = quote(cartInput);
        expect(sum(items.map((item) => item.payable))).toBe(total);
        expect(sum(vendors.map((share) => share.payable))).toBe(total);
        expect(sum(vendors.map((share) => share.tax))).toBe(sum(items.map((item) => item.tax)));
        expect(sum(coupons.map(({ amount }) => amount))).toBe(sum(discounts(items)));
        expect(coupons.length + refusedCoupons.length).toBe(cartInput.coupons.length);
      }),
    );
  });

  test('coupons of different vendors, and of vendors and marketplace, apply in any order', () => {
    fc.assert(
      fc.property(input, (cartInput) => {
        const byScope = Map.groupBy(cartInput.coupons, ({ scope }) => scope);
        const regrouped = [...byScope.values()].toReversed().flat();
        const amounts = (coupons: readonly Coupon[]) =>
          quote({ ...cartInput, coupons }).items.map(({ coupons: _, ...item }) => item);
        expect(amounts(regrouped)).toEqual(amounts(cartInput.coupons));
      }),
    );
  });

  test('what is quoted was acceptable input', () => {
    fc.assert(
      fc.property(input, (cartInput) => {
        expect(checkQuoteInput(cartInput)).toEqual({ ok: true, value: cartInput });
      }),
    );
  });
});
