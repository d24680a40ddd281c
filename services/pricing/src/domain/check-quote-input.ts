import { ok, PPM, type Refusal, type Result, refuse } from '@mkt/kernel';
import { shippingItemId } from './quote.ts';
import type { Coupon, QuoteInput } from './types.ts';

/** The sum of all undiscounted bases: far enough below the safe range that tax fits on top. */
export const MAX_QUOTE_BASE = 1_000_000_000_000;

/**
 * Turns down what `quote` cannot price: amounts or rates out of range, a name used twice, a tax
 * category without a rate. Coupons that merely do not apply are the quote's own business.
 */
export function checkQuoteInput(input: QuoteInput): Result<QuoteInput, Refusal> {
  return checkAmounts(input) ?? checkNames(input) ?? checkTaxRates(input) ?? ok(input);
}

type Refused = ReturnType<typeof refuse> | null;

function checkAmounts(input: QuoteInput): Refused {
  for (const line of input.lines) {
    if (!isNatural(line.unitAmount) || !isNatural(line.quantity) || line.quantity === 0) {
      return refuse('QUOTE_AMOUNT_INVALID', `Line ${line.id} has no valid price and quantity.`, {
        lineId: line.id,
      });
    }
  }
  for (const { vendor, amount } of input.shipping) {
    if (!isNatural(amount)) {
      return refuse('QUOTE_AMOUNT_INVALID', 'A shipping charge is no valid amount.', { vendor });
    }
  }
  for (const coupon of input.coupons) {
    if (!isValidCoupon(coupon)) {
      return refuse('COUPON_INVALID', `Coupon ${coupon.code} has a rate or amount out of range.`, {
        code: coupon.code,
      });
    }
  }
  // Products of two safe numbers may be inexact here, but never by enough to pass the limit.
  const base =
    input.lines.reduce((sum, line) => sum + line.unitAmount * line.quantity, 0) +
    input.shipping.reduce((sum, charge) => sum + charge.amount, 0);
  if (base > MAX_QUOTE_BASE) {
    return refuse('QUOTE_AMOUNT_OUT_OF_RANGE', 'The cart comes to more than can be paid at once.');
  }
  return null;
}

function checkNames(input: QuoteInput): Refused {
  const shippingIds = input.shipping.map(({ vendor }) => shippingItemId(vendor));
  const itemId = repeated([...input.lines.map(({ id }) => id), ...shippingIds]);
  if (itemId !== undefined) {
    return refuse('QUOTE_ITEM_REPEATED', `Item ${itemId} is there twice.`, { itemId });
  }
  const code = repeated(input.coupons.map((coupon) => coupon.code));
  if (code !== undefined) {
    return refuse('COUPON_REPEATED', `Coupon ${code} was entered twice.`, { code });
  }
  return null;
}

function checkTaxRates(input: QuoteInput): Refused {
  const categories = input.lines.map((line) => line.taxCategory);
  if (input.shipping.length > 0) categories.push('shipping');
  for (const category of categories) {
    const ratePpm = input.taxRatesPpm[category];
    if (ratePpm === undefined || !isPpm(ratePpm)) {
      return refuse('TAX_RATE_MISSING', `The tax category ${category} has no valid rate.`, {
        category,
      });
    }
  }
  return null;
}

function isValidCoupon(coupon: Coupon): boolean {
  if (!isPpm(coupon.vendorFundedPpm) || !isNatural(coupon.minimumAmount ?? 0)) return false;
  if (coupon.kind === 'percentage') return isPpm(coupon.ratePpm);
  return coupon.kind === 'freeShipping' || isNatural(coupon.amount);
}

function isNatural(amount: number): boolean {
  return Number.isSafeInteger(amount) && amount >= 0;
}

function isPpm(rate: number): boolean {
  return isNatural(rate) && rate <= PPM;
}

function repeated(names: readonly string[]): string | undefined {
  return names.find((name, index) => names.indexOf(name) !== index);
}
