import { amountMinor, country, currency, text } from '@mkt/contracts';
import { z } from 'zod';
import { hasUniqueRates, isAscending } from '../domain/profile.ts';

const band = z.strictObject({
  upToGrams: z.int().min(1).max(1_000_000_000).nullable(),
  amountMinor,
});

const rule = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('flat'), amountMinor }),
  z.strictObject({
    kind: z.literal('byWeight'),
    bands: z
      .array(band)
      .min(1)
      .max(20)
      .refine(isAscending, 'must ascend, and only the last may be without an end'),
  }),
]);

const rate = z
  .strictObject({
    rateId: z.uuid(),
    name: text(120),
    rule,
    freeAboveMinor: amountMinor.nullable(),
    minDays: z.int().min(0).max(120),
    maxDays: z.int().min(0).max(120),
  })
  .refine(({ minDays, maxDays }) => minDays <= maxDays, 'minDays must not be above maxDays');

const zone = z.strictObject({
  name: text(120),
  countries: z.union([z.literal('*'), z.array(country).min(1).max(250)]),
  currency,
  rates: z.array(rate).min(1).max(10),
});

/** The zones of a profile as a vendor sends them. */
export const zones = z
  .array(zone)
  .max(50)
  .refine((sent) => hasUniqueRates(sent), 'every rate needs a rateId of its own');
