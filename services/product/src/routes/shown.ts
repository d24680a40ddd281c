import { currency, id, money, productStatus, timestamp, version } from '@mkt/contracts';
import { Answer, encodeCursor } from '@mkt/service-kit';
import { z } from 'zod';
import { optionsWithValues, variantTitle } from '../domain/content.ts';
import type { Product } from '../domain/product.ts';
import { compareAtOf } from '../domain/snapshot.ts';
import type { Viewer } from '../operations/context.ts';
import type { ListPage, ShownProduct } from '../operations/list-products.ts';

const rating = z.strictObject({ average: z.number(), count: z.int() });

/** A line of a listing: what a card shows, and for those who manage products where each stands. */
export const productSummary = z.strictObject({
  id: id<'Product'>(),
  handle: z.string(),
  title: z.string(),
  vendorId: id<'Vendor'>(),
  vendorName: z.string().nullable(),
  vendorSlug: z.string().nullable(),
  priceFrom: money.nullable(),
  priceTo: money.nullable(),
  imageSrc: z.string().nullable(),
  imageAlt: z.string().nullable(),
  rating,
  status: productStatus.optional(),
  version: version.optional(),
  variantCount: z.int().optional(),
  reviewNote: z.string().nullable().optional(),
  updatedAt: timestamp.optional(),
});

const shownVariant = z.strictObject({
  id: id<'Variant'>(),
  /** The option values joined; null for the only form of a product. */
  title: z.string().nullable(),
  optionValues: z.array(z.string()),
  sku: z.string().nullable(),
  barcode: z.string().nullable(),
  /** List prices; what a shopper pays now is said by the pricing service. */
  price: money,
  compareAt: money.nullable(),
  stockCounted: z.boolean(),
  inventoryPolicy: z.enum(['deny', 'continue']),
  grams: z.int(),
  weightUnit: z.enum(['g', 'kg', 'lb', 'oz']),
  requiresShipping: z.boolean(),
  taxable: z.boolean(),
  imageSrc: z.string().nullable(),
});

export const productDetail = z.strictObject({
  id: id<'Product'>(),
  version,
  status: productStatus,
  vendorId: id<'Vendor'>(),
  vendorName: z.string().nullable(),
  vendorSlug: z.string().nullable(),
  handle: z.string(),
  title: z.string(),
  descriptionHtml: z.string(),
  brand: z.string(),
  type: z.string(),
  tags: z.array(z.string()),
  options: z.array(z.strictObject({ name: z.string(), values: z.array(z.string()) })),
  currency,
  variants: z.array(shownVariant),
  images: z.array(z.strictObject({ src: z.string(), alt: z.string() })),
  seo: z.strictObject({ title: z.string(), description: z.string() }),
  taxCategory: z.string().nullable(),
  rating,
  publishedAt: timestamp.nullable(),
  createdAt: timestamp,
  updatedAt: timestamp,
  publishOnApproval: z.boolean().optional(),
  reviewNote: z.string().nullable().optional(),
  submittedAt: timestamp.nullable().optional(),
});

function summaryOf({ product, around }: ShownProduct, viewer: Viewer) {
  const { body } = product;
  const prices = body.variants.map(({ priceMinor }) => priceMinor);
  const price = (amountMinor: number) => ({ amountMinor, currency: body.currency });
  return {
    id: product.id,
    handle: body.handle,
    title: body.title,
    ...namesOf({ product, around }),
    priceFrom: prices.length > 0 ? price(Math.min(...prices)) : null,
    priceTo: prices.length > 0 ? price(Math.max(...prices)) : null,
    imageSrc: body.images[0]?.src ?? null,
    imageAlt: body.images[0]?.alt ?? null,
    rating: around.rating,
    ...(viewer.kind === 'public'
      ? {}
      : {
          status: body.status,
          version: product.version,
          variantCount: body.variants.length,
          reviewNote: body.reviewNote,
          updatedAt: body.updatedAt,
        }),
  };
}

export function pageOf(page: ListPage, viewer: Viewer) {
  return {
    items: page.items.map((shown) => summaryOf(shown, viewer)),
    nextCursor: page.next === null ? null : encodeCursor(page.next),
  };
}

export function detailOf({ product, around }: ShownProduct, viewer: Pick<Viewer, 'kind'>) {
  const { body, version } = product;
  return {
    id: product.id,
    version,
    status: body.status,
    ...namesOf({ product, around }),
    handle: body.handle,
    title: body.title,
    descriptionHtml: body.descriptionHtml,
    brand: body.brand,
    type: body.type,
    tags: [...body.tags],
    options: optionsWithValues(body),
    currency: body.currency,
    variants: variantsOf(body),
    images: body.images.map((image) => ({ ...image })),
    seo: { ...body.seo },
    taxCategory: body.taxCategory,
    rating: around.rating,
    publishedAt: body.publishedAt,
    createdAt: body.createdAt,
    updatedAt: body.updatedAt,
    ...(viewer.kind === 'public'
      ? {}
      : {
          publishOnApproval: body.publishOnApproval,
          reviewNote: body.reviewNote,
          submittedAt: body.submittedAt,
        }),
  };
}

/** The public's copy also changes with ratings and its vendor's name, which are no new version. */
export function publicAnswer(shown: ShownProduct) {
  const { rating, vendor } = shown.around;
  const tag = [
    shown.product.version,
    rating.count,
    Math.round(rating.average * 100),
    vendor?.version,
  ];
  return new Answer(detailOf(shown, { kind: 'public' }), { etag: `"${tag.join('-')}"` });
}

function namesOf({ product, around }: ShownProduct) {
  return {
    vendorId: product.vendorId,
    vendorName: around.vendor?.name ?? null,
    vendorSlug: around.vendor?.slug ?? null,
  };
}

function variantsOf({ variants, currency }: Product) {
  return variants.map((variant) => {
    const { priceMinor, compareAtMinor: _, ...rest } = variant;
    const compareAtMinor = compareAtOf(variant);
    return {
      ...rest,
      title: variantTitle(variant),
      optionValues: [...variant.optionValues],
      price: { amountMinor: priceMinor, currency },
      compareAt: compareAtMinor === null ? null : { amountMinor: compareAtMinor, currency },
    };
  });
}
