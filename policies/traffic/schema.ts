import { z } from 'zod';

const perMonth = z.number().nonnegative().max(1e10);
const times = z.number().nonnegative().max(1_000);

/** Shares of a mean: as many as there are hours or days, and together as many. */
const wave = (count: number, of: string) =>
  z
    .array(times)
    .length(count, `Write ${count} numbers, one for each ${of}.`)
    .refine(
      (shares) => Math.abs(shares.reduce((sum, one) => sum + one, 0) - count) < 0.01 * count,
      `They are shares of the mean: their sum must be ${count}.`,
    );

const shape = z.strictObject({
  hours: wave(24, 'hour'),
  weekdays: wave(7, 'day from Monday'),
  campaign: z
    .strictObject({
      day: z.int().min(1).max(31),
      hour: z.int().min(0).max(23),
      hours: z.int().min(1).max(744),
      times,
    })
    .nullable(),
  botsPerPerson: times,
  products: z.int().min(1).max(1_000_000),
  questions: z.int().min(1).max(1_000_000),
  vendors: z.int().min(1).max(1_000_000),
  bulkEdits: z.strictObject({
    perMonth: z.int().min(0).max(10_000),
    rows: z.int().min(0).max(100_000),
  }),
  webhooksPerCheckout: times,
});

/** What a file may say instead of the environment's own traffic; what it leaves out stays. */
export const trafficFileSchema = z.strictObject({
  perMonth: z
    .strictObject({
      pageView: perMonth,
      search: perMonth,
      addToCart: perMonth,
      checkout: perMonth,
      vendorUpdate: perMonth,
    })
    .partial()
    .optional(),
  shape: shape.partial().optional(),
});
