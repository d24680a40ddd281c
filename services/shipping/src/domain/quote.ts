import type { Rate, RateRule, Zone } from './profile.ts';

export interface Parcel {
  readonly grams: number;
  /** What the goods cost after discounts. */
  readonly goodsMinor: number;
}

export interface Offer {
  readonly rate: Rate;
  readonly amountMinor: number;
}

/**
 * The rates a vendor offers for a parcel, cheapest first, then quickest; none: unserved. A zone that
 * names the country goes before one for everywhere else, wherever it stands in the list.
 */
export function offersFor(
  zones: readonly Zone[],
  destination: { readonly country: string; readonly currency: string },
  parcel: Parcel,
): Offer[] {
  const inCurrency = zones.filter(({ currency }) => currency === destination.currency);
  const zone =
    inCurrency.find(
      ({ countries }) => countries !== '*' && countries.includes(destination.country),
    ) ?? inCurrency.find(({ countries }) => countries === '*');
  return (zone?.rates ?? [])
    .flatMap((rate) => {
      const amountMinor = priceOf(rate, parcel);
      return amountMinor === null ? [] : [{ rate, amountMinor }];
    })
    .sort(
      (a, b) =>
        a.amountMinor - b.amountMinor ||
        a.rate.maxDays - b.rate.maxDays ||
        (a.rate.rateId < b.rate.rateId ? -1 : 1),
    );
}

function priceOf(rate: Rate, parcel: Parcel): number | null {
  const amountMinor = ruledPrice(rate.rule, parcel.grams);
  if (amountMinor === null) return null;
  const free = rate.freeAboveMinor !== null && parcel.goodsMinor >= rate.freeAboveMinor;
  return free ? 0 : amountMinor;
}

function ruledPrice(rule: RateRule, grams: number): number | null {
  if (rule.kind === 'flat') return rule.amountMinor;
  const band = rule.bands.find(({ upToGrams }) => upToGrams === null || grams <= upToGrams);
  return band?.amountMinor ?? null;
}
