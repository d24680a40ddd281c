import { z } from 'zod';
import { amountMinor, currency, id, ppm, quantity } from './fields.ts';

/** How a market treats prices, tax and promotions; frozen with every quote. */
export const marketTerms = z.strictObject({
  taxMode: z.enum(['inclusive', 'exclusive']),
  taxLiability: z.enum(['marketplace', 'vendor']),
  marketplaceFundingTaxed: z.boolean(),
});

const amounts = {
  unitAmountMinor: amountMinor,
  baseMinor: amountMinor,
  discountMinor: amountMinor,
  vendorFundedMinor: amountMinor,
  marketplaceFundedMinor: amountMinor,
  netMinor: amountMinor,
  taxMinor: amountMinor,
  taxRatePpm: ppm,
  taxCategory: z.string().max(40),
  payableMinor: amountMinor,
  /** Where each cent of the discount came from. */
  coupons: z.array(
    z.strictObject({
      code: z.string().max(64),
      discountMinor: amountMinor,
      vendorFundedMinor: amountMinor,
    }),
  ),
};

const description = {
  /** A cart line's id, or `shipping:<vendorId>`. */
  itemId: z.string().max(64),
  kind: z.enum(['line', 'shipping']),
  vendorId: id<'Vendor'>(),
  productId: id<'Product'>().nullable(),
  variantId: id<'Variant'>().nullable(),
  sku: z.string().max(255).nullable(),
  title: z.string().max(400),
  variantTitle: z.string().max(400).nullable(),
  imageSrc: z.string().max(2048).nullable(),
  grams: z.int().min(0),
  requiresShipping: z.boolean(),
  quantity,
};

/** One priced item of a quote with the explanation of its every cent (money rules, part 1). */
export const quoteItem = z.strictObject({ ...description, ...amounts });
export type QuoteItem = z.infer<typeof quoteItem>;

export const quote = z.strictObject({
  currency,
  terms: marketTerms,
  items: z.array(quoteItem),
  coupons: z.array(
    z.strictObject({
      code: z.string(),
      /** Null for a marketplace coupon. */
      vendorId: id<'Vendor'>().nullable(),
      discountMinor: amountMinor,
    }),
  ),
  refusedCoupons: z.array(z.strictObject({ code: z.string(), reason: z.string() })),
  /** Lines that cannot be bought now, with the reason; they are not priced. */
  unavailable: z.array(z.strictObject({ itemId: z.string(), reason: z.string() })),
  totalMinor: amountMinor,
});
export type Quote = z.infer<typeof quote>;

/** A quote item with its commission, as frozen on the order line at the sale (parts 1 and 2). */
export const frozenItem = z.strictObject({
  ...description,
  ...amounts,
  /** The order line's id; shipping items have one too. */
  lineId: id<'OrderLine'>(),
  commissionBaseMinor: amountMinor,
  commissionMinor: amountMinor,
  commissionTaxMinor: amountMinor,
});
export type FrozenItem = z.infer<typeof frozenItem>;

/** Which units of an item a capture, void, cancellation or refund covers: `from+1 … from+units`. */
export const itemUnits = z.strictObject({
  lineId: id<'OrderLine'>(),
  fromUnit: z.int().min(0),
  units: quantity,
});
export type ItemUnits = z.infer<typeof itemUnits>;
