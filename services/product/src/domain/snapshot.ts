import type { ProductSnapshot } from '@mkt/contracts';
import type { ProductId, VariantId, VendorId } from '@mkt/kernel';
import { optionsWithValues, variantTitle } from './content.ts';
import { plainText } from './plain-text.ts';
import type { Product, Variant } from './product.ts';

/** A product with what its store knows of it. */
export interface StoredProduct {
  readonly id: ProductId;
  readonly vendorId: VendorId;
  readonly version: number;
  readonly body: Product;
}

/** Stock that an import named, by variant. */
export type ImportedStock = ReadonlyMap<VariantId, number | null>;

const longestDescription = 20_000;
const defaultTaxCategory = 'standard';
const exempt = 'exempt';

/** The whole product for those who listen. Stock is in it only when an import just named it. */
export function snapshotOf(product: StoredProduct, imported?: ImportedStock): ProductSnapshot {
  const { body } = product;
  return {
    productId: product.id,
    vendorId: product.vendorId,
    version: product.version,
    status: body.status,
    handle: body.handle,
    title: body.title,
    descriptionText: plainText(body.descriptionHtml, longestDescription),
    type: body.type,
    tags: [...body.tags],
    options: optionsWithValues(body),
    currency: body.currency,
    variants: body.variants.map((variant) => ({
      variantId: variant.id,
      sku: variant.sku,
      title: variantTitle(variant),
      optionValues: [...variant.optionValues],
      grams: variant.grams,
      priceMinor: variant.priceMinor,
      compareAtMinor: compareAtOf(variant),
      taxCategory: variant.taxable ? (body.taxCategory ?? defaultTaxCategory) : exempt,
      requiresShipping: variant.requiresShipping,
      imageSrc: variant.imageSrc,
      importedQuantity: imported?.get(variant.id) ?? null,
      inventoryPolicy: variant.stockCounted ? variant.inventoryPolicy : 'continue',
    })),
    imageSrc: body.images[0]?.src ?? null,
    imageAlt: body.images[0]?.alt ?? null,
    publishedAt: body.publishedAt,
    updatedAt: body.updatedAt,
  };
}

/** Files repeat the price here, or write 0: only a higher price is one to compare with. */
export function compareAtOf(
  variant: Pick<Variant, 'priceMinor' | 'compareAtMinor'>,
): number | null {
  const { priceMinor, compareAtMinor } = variant;
  return compareAtMinor !== null && compareAtMinor > priceMinor ? compareAtMinor : null;
}
