import { id, money, text } from '@mkt/contracts';
import { z } from 'zod';
import { marketplaceCurrency } from '../config.ts';
import { CSV_LIMITS, isHandle, isImageReference, sanitizeHtml } from '../csv/index.ts';
import { type ContentInput, maxOptions, type VariantInput } from '../domain/product.ts';
import { compareAtOf } from '../domain/snapshot.ts';

const imageSrc = z
  .string()
  .max(CSV_LIMITS.url)
  .refine(isImageReference, 'must be an http(s) address or a /media/ path');

const price = money
  .refine(({ currency }) => currency === marketplaceCurrency, `must be in ${marketplaceCurrency}`)
  .refine(({ amountMinor }) => amountMinor <= CSV_LIMITS.priceMinor, 'is too large an amount');

const optional = (maxLength: number) => text(maxLength).nullable().default(null);

const variantInput = z
  .strictObject({
    /** An existing variant; without it the one with the same option values or stock number. */
    id: id<'Variant'>().optional(),
    optionValues: z.array(text(CSV_LIMITS.option)).max(maxOptions).default([]),
    sku: optional(CSV_LIMITS.name),
    barcode: optional(CSV_LIMITS.name),
    price,
    compareAt: price.nullable().default(null),
    stockCounted: z.boolean().default(true),
    inventoryPolicy: z.enum(['deny', 'continue']).default('deny'),
    grams: z.int().min(0).max(CSV_LIMITS.grams).default(0),
    weightUnit: z.enum(['g', 'kg', 'lb', 'oz']).default('g'),
    requiresShipping: z.boolean().default(true),
    taxable: z.boolean().default(true),
    imageSrc: imageSrc.nullable().default(null),
  })
  .transform(({ price, compareAt, ...rest }): VariantInput => {
    const priceMinor = price.amountMinor;
    const compareAtMinor = compareAt?.amountMinor ?? null;
    return { ...rest, priceMinor, compareAtMinor: compareAtOf({ priceMinor, compareAtMinor }) };
  });

const handle = z
  .string()
  .max(CSV_LIMITS.handle)
  .refine(isHandle, 'must be lower-case letters, digits, hyphens and underscores');

/** Escaping can lengthen a text; what is kept fits in a file again. */
const description = text(CSV_LIMITS.description, 0)
  .transform(sanitizeHtml)
  .refine((html) => html.length <= CSV_LIMITS.description, 'is too long with its signs escaped');

/** In files tags are joined by commas. */
const tag = text(CSV_LIMITS.name).refine((name) => !name.includes(','), 'must not hold a comma');

const fields = {
  handle,
  title: text(CSV_LIMITS.title, 0),
  descriptionHtml: description,
  brand: text(CSV_LIMITS.name, 0),
  type: text(CSV_LIMITS.name, 0),
  tags: z
    .array(tag)
    .max(CSV_LIMITS.tags)
    .transform((tags) => [...new Set(tags)])
    .refine((tags) => tags.join(', ').length <= CSV_LIMITS.tagList, 'are too long together'),
  options: z.array(text(CSV_LIMITS.option)).max(maxOptions),
  variants: z.array(variantInput).max(CSV_LIMITS.variants),
  images: z
    .array(z.strictObject({ src: imageSrc, alt: text(CSV_LIMITS.alt, 0).default('') }))
    .max(CSV_LIMITS.images),
  seo: z.strictObject({
    title: text(CSV_LIMITS.title, 0).default(''),
    description: text(CSV_LIMITS.seoDescription, 0).default(''),
  }),
  taxCategory: text(CSV_LIMITS.taxCode).nullable(),
  publishOnApproval: z.boolean(),
};

/** A draft may lack what only a submitted product needs. */
export const newContent = z.strictObject({
  ...fields,
  handle: handle.optional(),
  title: fields.title.default(''),
  descriptionHtml: fields.descriptionHtml.default(''),
  brand: fields.brand.default(''),
  type: fields.type.default(''),
  tags: fields.tags.default([]),
  options: fields.options.default([]),
  variants: fields.variants.default([]),
  images: fields.images.default([]),
  seo: fields.seo.default({ title: '', description: '' }),
  taxCategory: fields.taxCategory.default(null),
  publishOnApproval: fields.publishOnApproval.default(true),
});

/** Names what changes; a list is replaced as a whole. */
export const contentChanges = z.strictObject(fields).partial();

/** Without a handle the title makes one. */
export function contentOf(input: z.output<typeof newContent>, otherwise: string): ContentInput {
  return { ...input, handle: input.handle ?? (handleOf(input.title) || otherwise) };
}

function handleOf(title: string): string {
  return title
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^\p{Ll}\p{Lo}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 100);
}

/** The changes that were named: an absent field is not one that is cleared. */
export function changesOf(input: z.output<typeof contentChanges>): Partial<ContentInput> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}
