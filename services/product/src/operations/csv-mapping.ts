import type { CsvProduct, CsvVariant } from '../csv/index.ts';
import type { ContentInput, Product, Variant, VariantInput } from '../domain/product.ts';
import { compareAtOf } from '../domain/snapshot.ts';

/** What a file says about a product that the vendor does not have yet. */
export function contentOfCsv(csv: CsvProduct): ContentInput {
  return { ...editsOfCsv(csv), publishOnApproval: csv.published };
}

/**
 * What a file changes about a product that is there. Where it is in its life, and whether approval
 * publishes it, are decided here and not in files.
 */
export function editsOfCsv(csv: CsvProduct): Omit<ContentInput, 'publishOnApproval'> {
  return {
    handle: csv.handle,
    title: csv.title,
    descriptionHtml: csv.descriptionHtml,
    brand: csv.vendorName,
    type: csv.type,
    tags: csv.tags,
    options: csv.options,
    variants: csv.variants.map(variantOfCsv),
    images: csv.images.map(({ src, alt }) => ({ src, alt })),
    seo: csv.seo,
    taxCategory: csv.taxCode,
  };
}

function variantOfCsv(csv: CsvVariant): VariantInput {
  const { priceMinor, compareAtMinor } = csv;
  return {
    optionValues: csv.optionValues,
    sku: csv.sku,
    barcode: csv.barcode,
    priceMinor,
    compareAtMinor: compareAtOf({ priceMinor, compareAtMinor }),
    stockCounted: csv.inventoryQuantity !== null,
    inventoryPolicy: csv.inventoryPolicy,
    grams: csv.grams,
    weightUnit: csv.weightUnit,
    requiresShipping: csv.requiresShipping,
    taxable: csv.taxable,
    imageSrc: csv.imageSrc,
  };
}

/** The product for a file that other shops read as well. Stock is counted elsewhere. */
export function csvOf(product: Product): CsvProduct {
  const { status } = product;
  return {
    handle: product.handle,
    title: product.title,
    descriptionHtml: product.descriptionHtml,
    vendorName: product.brand,
    type: product.type,
    tags: product.tags,
    published: status === 'published' || product.publishOnApproval,
    status: status === 'published' ? 'active' : status === 'archived' ? 'archived' : 'draft',
    options: product.options,
    variants: product.variants.map(csvVariantOf),
    images: product.images.map((image, index) => ({ ...image, position: index + 1 })),
    seo: product.seo,
    taxCode: product.taxCategory,
  };
}

function csvVariantOf({ id: _, ...variant }: Variant): CsvVariant {
  return { ...variant, inventoryQuantity: null };
}
