import { expect, test } from 'vitest';
import { checkQuoteInput, MAX_QUOTE_BASE } from './check-quote-input.ts';
import type { Coupon, QuoteInput, QuoteLine } from './types.ts';

const line: QuoteLine = {
  id: 'l1',
  vendor: 'v1',
  unitAmount: 1000,
  quantity: 1,
  taxCategory: 'standard',
};
const coupon: Coupon = {
  code: 'TEN',
  scope: 'v1',
  kind: 'percentage',
  ratePpm: 100_000,
  vendorFundedPpm: 1_000_000,
};
const fixed: Coupon = { ...coupon, kind: 'fixed', amount: -1 };
const input: QuoteInput = {
  currency: 'EUR',
  taxMode: 'exclusive',
  marketplaceFundingTaxed: true,
  taxRatesPpm: { standard: 190_000, shipping: 0 },
  lines: [line],
  shipping: [{ vendor: 'v1', amount: 400 }],
  coupons: [coupon],
};

test('a cart that can be priced passes unchanged', () => {
  expect(checkQuoteInput(input)).toEqual({ ok: true, value: input });
  const largest = { ...input, lines: [{ ...line, unitAmount: MAX_QUOTE_BASE - 400 }] };
  expect(checkQuoteInput(largest).ok).toBe(true);
});

test.each<[string, string, Partial<QuoteInput>]>([
  ['a negative price', 'QUOTE_AMOUNT_INVALID', { lines: [{ ...line, unitAmount: -1 }] }],
  ['part of a cent', 'QUOTE_AMOUNT_INVALID', { lines: [{ ...line, unitAmount: 0.5 }] }],
  ['no units', 'QUOTE_AMOUNT_INVALID', { lines: [{ ...line, quantity: 0 }] }],
  ['half a unit', 'QUOTE_AMOUNT_INVALID', { lines: [{ ...line, quantity: 1.5 }] }],
  ['negative shipping', 'QUOTE_AMOUNT_INVALID', { shipping: [{ vendor: 'v1', amount: -1 }] }],
  ['too much', 'QUOTE_AMOUNT_OUT_OF_RANGE', { lines: [{ ...line, unitAmount: MAX_QUOTE_BASE }] }],
  [
    'an overflow',
    'QUOTE_AMOUNT_OUT_OF_RANGE',
    { lines: [{ ...line, unitAmount: 2 ** 52, quantity: 2 ** 52 }] },
  ],
  ['a line twice', 'QUOTE_ITEM_REPEATED', { lines: [line, line] }],
  ['a line named as shipping', 'QUOTE_ITEM_REPEATED', { lines: [{ ...line, id: 'shipping:v1' }] }],
  [
    'two charges of a vendor',
    'QUOTE_ITEM_REPEATED',
    { shipping: [...input.shipping, ...input.shipping] },
  ],
  ['a coupon twice', 'COUPON_REPEATED', { coupons: [coupon, coupon] }],
  ['a rate over 100 %', 'COUPON_INVALID', { coupons: [{ ...coupon, ratePpm: 1_000_001 }] }],
  [
    'a share over 100 %',
    'COUPON_INVALID',
    { coupons: [{ ...coupon, vendorFundedPpm: 1_000_001 }] },
  ],
  ['a negative minimum', 'COUPON_INVALID', { coupons: [{ ...coupon, minimumAmount: -1 }] }],
  ['a negative discount', 'COUPON_INVALID', { coupons: [fixed] }],
  ['an unknown tax category', 'TAX_RATE_MISSING', { lines: [{ ...line, taxCategory: 'luxury' }] }],
  [
    'an inherited name as category',
    'TAX_RATE_MISSING',
    { lines: [{ ...line, taxCategory: 'toString' }] },
  ],
  ['shipping without a rate', 'TAX_RATE_MISSING', { taxRatesPpm: { standard: 0 } }],
  ['a tax over 100 %', 'TAX_RATE_MISSING', { taxRatesPpm: { standard: 2_000_000, shipping: 0 } }],
])('%s is refused with %s', (_what, code, change) => {
  expect(checkQuoteInput({ ...input, ...change })).toMatchObject({ ok: false, error: { code } });
});

test('without shipping no rate for shipping is needed', () => {
  const unshipped = { ...input, shipping: [], taxRatesPpm: { standard: 0 } };
  expect(checkQuoteInput(unshipped).ok).toBe(true);
});
