import { assert } from '@mkt/kernel';
import { applyCoupons } from './coupon.ts';
import { taxItem } from './tax.ts';
import type { CouponShare, QuotedItem, QuoteInput, QuoteOutput, VendorShare } from './types.ts';

type UnpricedItem = Pick<
  QuotedItem,
  'id' | 'kind' | 'vendor' | 'unitAmount' | 'quantity' | 'base' | 'taxCategory'
>;

/**
 * Prices a cart: coupons, then tax, then the share of each vendor order. The order of the input
 * is part of the input, because it decides where remainder cents fall. Expects input that
 * `checkQuoteInput` accepts.
 */
export function quote(input: QuoteInput): QuoteOutput {
  const unpriced = [...lineItems(input), ...shippingItems(input)];
  const { sharesByItem, applied, refused } = applyCoupons(unpriced, input.coupons);
  const items = unpriced.map((item) => priceItem(item, sharesByItem.get(item.id) ?? [], input));
  return {
    currency: input.currency,
    taxMode: input.taxMode,
    marketplaceFundingTaxed: input.marketplaceFundingTaxed,
    items,
    coupons: applied,
    refusedCoupons: refused,
    total: items.reduce((sum, item) => sum + item.payable, 0),
    vendors: shareByVendor(items),
  };
}

/** The item id of a vendor's shipping charge. */
export function shippingItemId(vendor: string): string {
  return `shipping:${vendor}`;
}

function lineItems(input: QuoteInput): UnpricedItem[] {
  return input.lines.map((line) => ({
    id: line.id,
    kind: 'line',
    vendor: line.vendor,
    unitAmount: line.unitAmount,
    quantity: line.quantity,
    base: line.unitAmount * line.quantity,
    taxCategory: line.taxCategory,
  }));
}

function shippingItems(input: QuoteInput): UnpricedItem[] {
  return input.shipping.map(({ vendor, amount }) => ({
    id: shippingItemId(vendor),
    kind: 'shipping',
    vendor,
    unitAmount: amount,
    quantity: 1,
    base: amount,
    taxCategory: 'shipping',
  }));
}

function priceItem(
  item: UnpricedItem,
  coupons: readonly CouponShare[],
  input: QuoteInput,
): QuotedItem {
  const total = (amount: (share: CouponShare) => number) =>
    coupons.reduce((sum, share) => sum + amount(share), 0);
  const funding = {
    discount: total((share) => share.discount),
    vendorFunded: total((share) => share.vendorFunded),
    marketplaceFunded: total((share) => share.marketplaceFunded),
  };
  const taxRatePpm = input.taxRatesPpm[item.taxCategory];
  assert(taxRatePpm !== undefined, `No tax rate for the category ${item.taxCategory}`);
  const { taxMode, marketplaceFundingTaxed } = input;
  const terms = { taxMode, marketplaceFundingTaxed, taxRatePpm };
  const price = taxItem({ base: item.base, ...funding }, terms);
  return { ...item, ...funding, taxRatePpm, ...price, coupons };
}

/** Moves amounts to the vendor orders; nothing is computed a second time. */
function shareByVendor(items: readonly QuotedItem[]): VendorShare[] {
  const byVendor = new Map<string, VendorShare>();
  for (const item of items) {
    const soFar = byVendor.get(item.vendor);
    byVendor.set(item.vendor, {
      vendor: item.vendor,
      payable: (soFar?.payable ?? 0) + item.payable,
      tax: (soFar?.tax ?? 0) + item.tax,
      marketplaceFunded: (soFar?.marketplaceFunded ?? 0) + item.marketplaceFunded,
      vendorFunded: (soFar?.vendorFunded ?? 0) + item.vendorFunded,
    });
  }
  return [...byVendor.values()].sort((a, b) => (a.vendor < b.vendor ? -1 : 1));
}
