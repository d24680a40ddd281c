import type { Quote } from '@mkt/contracts';
import { ok, type Refusal, type Result, refuse, type VendorId } from '@mkt/kernel';

export interface Parcel {
  readonly vendorId: VendorId;
  readonly grams: number;
  readonly goodsMinor: number;
}

export interface ShippingChoice {
  readonly vendorId: VendorId;
  readonly rateId: string;
}

interface ShippingOption extends ShippingChoice {
  readonly amountMinor: number;
}

/** One parcel per vendor whose goods travel, with their price after discounts. */
export function parcelsOf(quote: Quote): Parcel[] {
  const travelling = quote.items.filter((item) => item.kind === 'line' && item.requiresShipping);
  return [...Map.groupBy(travelling, (item) => item.vendorId)].map(([vendorId, items]) => ({
    vendorId,
    grams: items.reduce((sum, item) => sum + item.grams * item.quantity, 0),
    goodsMinor: items.reduce((sum, item) => sum + item.baseMinor - item.discountMinor, 0),
  }));
}

/** The chosen option of every parcel; each parcel needs one that its vendor offers now. */
export function chosenShipping(
  parcels: readonly Parcel[],
  options: readonly ShippingOption[],
  choices: readonly ShippingChoice[],
): Result<{ vendorId: VendorId; amountMinor: number }[], Refusal> {
  const chosen = parcels.map(({ vendorId }) => {
    const choice = choices.find((other) => other.vendorId === vendorId);
    const option = options.find(
      (other) => other.vendorId === vendorId && other.rateId === choice?.rateId,
    );
    return { vendorId, amountMinor: option?.amountMinor };
  });
  const missing = chosen.filter(({ amountMinor }) => amountMinor === undefined);
  const idle = choices.filter((choice) => !parcels.some((p) => p.vendorId === choice.vendorId));
  const wrong = [...missing, ...idle].map(({ vendorId }) => vendorId);
  if (wrong.length > 0 || choices.length !== parcels.length) {
    return refuse(
      'SHIPPING_UNAVAILABLE',
      'Choose one of the offered shipping rates for each vendor whose goods are shipped.',
      { vendorIds: [...new Set(wrong)] },
    );
  }
  return ok(
    chosen.map(({ vendorId, amountMinor }) => ({ vendorId, amountMinor: amountMinor ?? 0 })),
  );
}
