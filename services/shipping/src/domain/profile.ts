import { amountMinor, country, currency, text } from '@mkt/contracts';
import { z } from 'zod';

const band = z.strictObject({
  /** Up to and with this weight; null for the last band, which has no end. */
  upToGrams: z.int().min(1).max(1_000_000).nullable(),
  amountMinor,
});

/** How a rate's price comes about. A parcel that a rule does not cover is not offered the rate. */
export const rateRule = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('flat'), amountMinor }),
  z.strictObject({
    kind: z.literal('byWeight'),
    bands: z
      .array(band)
      .min(1)
      .max(20)
      .refine(isAscending, 'bands must ascend, and only the last may be without an end'),
  }),
]);
export type RateRule = z.infer<typeof rateRule>;

export const rate = z
  .strictObject({
    rateId: z.uuid(),
    name: text(120),
    rule: rateRule,
    /** Goods worth this much after discounts ship for nothing; null for never. */
    freeAboveMinor: amountMinor.nullable(),
    minDays: z.int().min(0).max(120),
    maxDays: z.int().min(0).max(120),
  })
  .refine(({ minDays, maxDays }) => minDays <= maxDays, 'minDays must not be above maxDays');
export type Rate = z.infer<typeof rate>;

export const zone = z.strictObject({
  name: text(120),
  /** `*` for every country that no other zone names. */
  countries: z.union([z.literal('*'), z.array(country).min(1).max(250)]),
  currency,
  rates: z.array(rate).min(1).max(10),
});
export type Zone = z.infer<typeof zone>;

export const zones = z
  .array(zone)
  .max(50)
  .refine(hasUniqueRates, 'every rate needs a rateId of its own');

function isAscending(bands: readonly z.infer<typeof band>[]): boolean {
  return bands.every(({ upToGrams }, place) => {
    const last = place === bands.length - 1;
    if (upToGrams === null) return last;
    const before = place === 0 ? 0 : (bands[place - 1]?.upToGrams ?? Number.POSITIVE_INFINITY);
    return upToGrams > before;
  });
}

function hasUniqueRates(all: readonly Zone[]): boolean {
  const ids = all.flatMap(({ rates }) => rates.map(({ rateId }) => rateId));
  return new Set(ids).size === ids.length;
}

/**
 * What a vendor without a profile ships by: one flat rate to everywhere, so that nothing is
 * unbuyable because a form was not filled in. The id is fixed: a cart may hold on to it.
 */
export function defaultZones(inCurrency: Zone['currency']): readonly Zone[] {
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
