import { type CurrencyCode, type Id, isCurrency } from '@mkt/kernel';
import { z } from 'zod';

/** Every character but the control ones; tabs and line breaks are text. */
const withoutControls = /^[^\p{Cc}]*(?:[\t\n\r][^\p{Cc}]*)*$/u;

/** Text a person typed: trimmed, no control characters except line breaks and tabs. */
export const text = (maxLength: number, minLength = 1) =>
  z
    .string()
    .trim()
    .min(minLength)
    .max(maxLength)
    .regex(withoutControls, 'must not hold control characters');

/** A UUID that names one kind of entity. */
export const id = <Brand extends string>() => z.uuid() as unknown as z.ZodType<Id<Brand>, string>;

export const currency = z
  .string()
  .length(3)
  .refine(isCurrency, 'must be an ISO 4217 currency code') as unknown as z.ZodType<
  CurrencyCode,
  string
>;

/** Largest amount accepted from outside: far below the safe range of a double. */
export const maxAmountMinor = 1_000_000_000_000;

/** Integer minor units of one currency, never negative. */
export const amountMinor = z.int().min(0).max(maxAmountMinor);
export const signedAmountMinor = z.int().min(-maxAmountMinor).max(maxAmountMinor);

export const money = z.strictObject({ amountMinor, currency });
export const signedMoney = z.strictObject({ amountMinor: signedAmountMinor, currency });

export const quantity = z.int().min(1).max(10_000);
/** Parts per million: 8.875 % is 88 750. */
export const ppm = z.int().min(0).max(1_000_000);
export const timestamp = z.iso.datetime({ offset: true });
export const country = z.string().regex(/^[A-Z]{2}$/, 'must be an ISO 3166-1 alpha-2 code');
export const email = z.email().max(254).toLowerCase();
export const slug = z
  .string()
  .min(2)
  .max(64)
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must be lower-case words joined by hyphens');
export const version = z.int().min(0);

export const address = z.strictObject({
  name: text(120),
  line1: text(200),
  line2: text(200).optional(),
  city: text(120),
  region: text(120).optional(),
  postalCode: text(20),
  country,
  phone: text(40).optional(),
});
export type Address = z.infer<typeof address>;

/** Query of a listing: opaque cursor, bounded page. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().min(1).max(512).optional(),
};

/** One page of a listing; `nextCursor` is null on the last page. */
export const page = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() });
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}
