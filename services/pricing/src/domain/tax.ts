import { mulPpm, PPM, roundHalfUpRatio } from '@mkt/kernel';
import type { TaxMode } from './types.ts';

export interface TaxedPrice {
  readonly net: number;
  readonly tax: number;
  readonly payable: number;
}

/** Which amounts of an item are taxed, and how. */
export interface TaxTerms {
  readonly taxMode: TaxMode;
  readonly marketplaceFundingTaxed: boolean;
  readonly taxRatePpm: number;
}

/** What the shopper's price and its discount come to after tax. */
export function taxItem(
  item: { readonly base: number; readonly discount: number; readonly marketplaceFunded: number },
  terms: TaxTerms,
): TaxedPrice {
  const price = item.base - item.discount;
  const taxed = price + (terms.marketplaceFundingTaxed ? item.marketplaceFunded : 0);
  if (terms.taxMode === 'exclusive') {
    const tax = mulPpm(taxed, terms.taxRatePpm);
    return { net: taxed, tax, payable: price + tax };
  }
  const net = roundHalfUpRatio(taxed, PPM, PPM + terms.taxRatePpm);
  return { net, tax: taxed - net, payable: price };
}
