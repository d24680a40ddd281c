import { type CurrencyCode, formatDecimal, money } from '@mkt/kernel';
import type { ColumnName } from './columns.ts';
import type { CsvImage, CsvProduct, CsvVariant } from './csv-product.ts';
import { guardFormula } from './formula.ts';
import { PLACEHOLDER } from './option-placeholder.ts';

/** The full first line of the format, so that other readers find every column they look for. */
export const EXPORT_COLUMNS = [
  'Handle',
  'Title',
  'Body (HTML)',
  'Vendor',
  'Type',
  'Tags',
  'Published',
  'Option1 Name',
  'Option1 Value',
  'Option2 Name',
  'Option2 Value',
  'Option3 Name',
  'Option3 Value',
  'Variant SKU',
  'Variant Grams',
  'Variant Inventory Tracker',
  'Variant Inventory Qty',
  'Variant Inventory Policy',
  'Variant Fulfillment Service',
  'Variant Price',
  'Variant Compare At Price',
  'Variant Requires Shipping',
  'Variant Taxable',
  'Variant Barcode',
  'Image Src',
  'Image Position',
  'Image Alt Text',
  'Gift Card',
  'SEO Title',
  'SEO Description',
  'Variant Image',
  'Variant Weight Unit',
  'Variant Tax Code',
  'Status',
] as const;

type Cells = Partial<Record<ColumnName | 'Variant Fulfillment Service', string>>;

/**
 * Writes products in the format that `readProducts` reads: the first line, then the rows of one
 * product at a time. What was written is read back the same.
 */
export async function* writeProducts(
  products: AsyncIterable<CsvProduct>,
  options: { readonly currency: CurrencyCode },
): AsyncGenerator<string> {
  yield toLine(EXPORT_COLUMNS);
  for await (const product of products) {
    yield rowsOf(product, options.currency)
      .map((cells) => toLine(EXPORT_COLUMNS.map((column) => cells[column] ?? '')))
      .join('');
  }
}

/** One row per variant and one per image, side by side as far as both go. */
function rowsOf(product: CsvProduct, currency: CurrencyCode): Cells[] {
  const count = Math.max(product.variants.length, product.images.length, 1);
  return Array.from({ length: count }, (_, index) => {
    const variant = product.variants[index];
    const image = product.images[index];
    return {
      Handle: product.handle,
      ...(index === 0 ? headCells(product) : {}),
      ...(variant === undefined ? {} : variantCells(variant, product, currency)),
      ...(image === undefined ? {} : imageCells(image)),
    };
  });
}

function headCells(product: CsvProduct): Cells {
  const [first, second, third] = product.options;
  return {
    Title: product.title,
    'Body (HTML)': product.descriptionHtml,
    Vendor: product.vendorName,
    Type: product.type,
    Tags: product.tags.join(', '),
    Published: String(product.published),
    'Option1 Name': first ?? PLACEHOLDER.name,
    'Option2 Name': second ?? '',
    'Option3 Name': third ?? '',
    'Gift Card': 'false',
    'SEO Title': product.seo.title,
    'SEO Description': product.seo.description,
    Status: product.status,
  };
}

function variantCells(variant: CsvVariant, product: CsvProduct, currency: CurrencyCode): Cells {
  const [first, second, third] = variant.optionValues;
  const price = (amountMinor: number): string => formatDecimal(money(amountMinor, currency));
  return {
    'Option1 Value': product.options.length === 0 ? PLACEHOLDER.value : (first ?? ''),
    'Option2 Value': second ?? '',
    'Option3 Value': third ?? '',
    'Variant SKU': variant.sku ?? '',
    'Variant Grams': String(variant.grams),
    'Variant Inventory Tracker': isCounted(variant) ? 'shopify' : '',
    'Variant Inventory Qty': variant.inventoryQuantity?.toString() ?? '',
    'Variant Inventory Policy': variant.inventoryPolicy,
    'Variant Fulfillment Service': 'manual',
    'Variant Price': price(variant.priceMinor),
    'Variant Compare At Price': variant.compareAtMinor ? price(variant.compareAtMinor) : '',
    'Variant Requires Shipping': String(variant.requiresShipping),
    'Variant Taxable': String(variant.taxable),
    'Variant Barcode': variant.barcode ?? '',
    'Variant Image': variant.imageSrc ?? '',
    'Variant Weight Unit': variant.weightUnit,
    'Variant Tax Code': product.taxCode ?? '',
  };
}

function isCounted(variant: CsvVariant): boolean {
  return variant.stockCounted ?? variant.inventoryQuantity !== null;
}

function imageCells(image: CsvImage): Cells {
  return {
    'Image Src': image.src,
    'Image Position': String(image.position),
    'Image Alt Text': image.alt,
  };
}

function toLine(cells: readonly string[]): string {
  return `${cells.map((cell) => toCell(guardFormula(cell))).join(',')}\n`;
}

function toCell(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
