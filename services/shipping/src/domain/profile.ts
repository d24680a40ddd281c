import type { CurrencyCode } from '@mkt/kernel';

/** How a rate's price comes about. A parcel that a rule does not cover is not offered the rate. */
export type RateRule =
  | { kind: 'flat'; amountMinor: number }
  | {
      kind: 'byWeight';
      /** Ascending; up to and with a weight, null for the last band where it has no end. */
      bands: { upToGrams: number | null; amountMinor: number }[];
    };

export interface Rate {
  rateId: string;
  name: string;
  rule: RateRule;
  /** Goods worth this much after discounts ship for nothing; null for never. */
  freeAboveMinor: number | null;
  minDays: number;
  maxDays: number;
}

export interface Zone {
  name: string;
  /** `*` for every country that no other zone names. */
  countries: '*' | string[];
  currency: CurrencyCode;
  rates: Rate[];
}

/**
 * What a vendor without a profile ships by: one flat rate to everywhere, so that nothing is
 * unbuyable because a form was not filled in. The id is fixed: a cart may hold on to it.
 */
export function defaultZones(inCurrency: CurrencyCode): readonly Zone[] {
  return [
    {
      name: 'Everywhere',
      countries: '*',
      currency: inCurrency,
      rates: [
        {
          rateId: '0197c0de-0000-7000-8000-000000000001',
          name: 'Standard',
          rule: { kind: 'flat', amountMinor: 490 },
          freeAboveMinor: null,
          minDays: 3,
          maxDays: 7,
        },
      ],
    },
  ];
}

/** Bands cover every weight up to the last one's end, each once. */
export function isAscending(bands: readonly { readonly upToGrams: number | null }[]): boolean {
  return bands.every(({ upToGrams }, place) => {
    if (upToGrams === null) return place === bands.length - 1;
    const before = place === 0 ? 0 : (bands[place - 1]?.upToGrams ?? Number.POSITIVE_INFINITY);
    return upToGrams > before;
  });
}

/** A cart holds on to a rate by its id alone. */
export function hasUniqueRates(
  zones: readonly { readonly rates: readonly { rateId: string }[] }[],
): boolean {
  const ids = zones.flatMap(({ rates }) => rates.map(({ rateId }) => rateId));
  return new Set(ids).size === ids.length;
}
