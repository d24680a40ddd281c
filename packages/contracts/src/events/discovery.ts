import { z } from 'zod';
import { defineEvent } from '../envelope.ts';
import { amountMinor, currency, id, timestamp, version } from '../fields.ts';
import { sampleId, sampleTime } from './samples.ts';

export const productStatuses = [
  'draft',
  'submitted',
  'changesRequested',
  'rejected',
  'approved',
  'published',
  'archived',
] as const;
export const productStatus = z.enum(productStatuses);

export const productVariantSnapshot = z.strictObject({
  variantId: id<'Variant'>(),
  sku: z.string().max(255).nullable(),
  /** The option values joined, such as `Moss / Large`; null for the only variant. */
  title: z.string().max(400).nullable(),
  optionValues: z.array(z.string().max(255)).max(3),
  grams: z.int().min(0),
  priceMinor: amountMinor,
  compareAtMinor: amountMinor.nullable(),
  taxCategory: z.string().max(40),
  requiresShipping: z.boolean(),
  imageSrc: z.string().max(2048).nullable(),
  /** Stock named by an import: sets the first stock level of a new variant, never a later one. */
  importedQuantity: z.int().min(0).nullable(),
  /** Sell below zero stock (`continue`), or stop at zero (`deny`). */
  inventoryPolicy: z.enum(['deny', 'continue']),
});

/** The whole product as it stands after a write: consumers replace what they hold. */
export const productSnapshot = z.strictObject({
  productId: id<'Product'>(),
  vendorId: id<'Vendor'>(),
  version,
  status: productStatus,
  handle: z.string().max(255),
  title: z.string().max(255),
  /** Plain text, tags stripped. */
  descriptionText: z.string().max(20_000),
  type: z.string().max(255),
  tags: z.array(z.string().max(255)).max(250),
  options: z
    .array(
      z.strictObject({ name: z.string().max(255), values: z.array(z.string().max(255)).max(100) }),
    )
    .max(3),
  currency,
  variants: z.array(productVariantSnapshot).max(100),
  imageSrc: z.string().max(2048).nullable(),
  imageAlt: z.string().max(512).nullable(),
  publishedAt: timestamp.nullable(),
  updatedAt: timestamp,
});
export type ProductSnapshot = z.infer<typeof productSnapshot>;

export const productSnapshotSample: z.input<typeof productSnapshot> = {
  productId: sampleId(3),
  vendorId: sampleId(2),
  version: 4,
  status: 'published',
  handle: 'speckled-morning-mug',
  title: 'Speckled morning mug',
  descriptionText: 'A thrown ceramic mug.',
  type: 'Mugs',
  tags: ['ceramic', 'mugs'],
  options: [{ name: 'Glaze', values: ['Oat'] }],
  currency: 'EUR',
  variants: [
    {
      variantId: sampleId(4),
      sku: 'KC-MUG-OAT',
      title: 'Oat',
      optionValues: ['Oat'],
      grams: 380,
      priceMinor: 3400,
      compareAtMinor: null,
      taxCategory: 'standard',
      requiresShipping: true,
      imageSrc: '/media/demo/p-mug-640.webp',
      importedQuantity: 7,
      inventoryPolicy: 'deny',
    },
  ],
  imageSrc: '/media/demo/p-mug-640.webp',
  imageAlt: 'A speckled mug',
  publishedAt: sampleTime,
  updatedAt: sampleTime,
};

/** Emitted at every write of a product, in every status; buyable only where `published`. */
export const productChanged = defineEvent({
  type: 'product.changed',
  version: 1,
  payload: productSnapshot,
  sample: productSnapshotSample,
});
