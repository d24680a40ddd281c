import type { CurrencyCode } from '@mkt/kernel';
import {
  type Row,
  readChoice,
  readCount,
  readFlag,
  readGrams,
  readPrice,
  readText,
} from './cells.ts';
import type { ColumnName } from './columns.ts';
import type { CsvVariant } from './csv-product.ts';
import { isImageReference } from './image-reference.ts';
import { LIMITS } from './limits.ts';
import { isPlaceholder } from './option-placeholder.ts';

const VALUE_COLUMNS = ['Option1 Value', 'Option2 Value', 'Option3 Value'] as const;

/** Rows without any of these only add a picture; tools fill the other columns on those too. */
const VARIANT_SIGNS: readonly ColumnName[] = [
  ...VALUE_COLUMNS,
  'Variant SKU',
  'Variant Price',
  'Variant Inventory Qty',
  'Variant Barcode',
];

export function isVariantRow(row: Row): boolean {
  return VARIANT_SIGNS.some((column) => row.cell(column) !== '');
}

/** Reads the variant of a row; a missing price has been reported when this answers. */
export function readVariant(
  row: Row,
  options: readonly string[],
  currency: CurrencyCode,
): CsvVariant {
  return {
    optionValues: readOptionValues(row, options),
    sku: readText(row, 'Variant SKU', LIMITS.name) || null,
    barcode: readText(row, 'Variant Barcode', LIMITS.name) || null,
    priceMinor: readRequiredPrice(row, currency),
    compareAtMinor: readPrice(row, 'Variant Compare At Price', currency) || null,
    inventoryQuantity: readQuantity(row),
    inventoryPolicy: readChoice(row, 'Variant Inventory Policy', ['deny', 'continue']),
    grams: readGrams(row),
    weightUnit: readChoice(row, 'Variant Weight Unit', ['kg', 'g', 'lb', 'oz']),
    requiresShipping: readFlag(row, 'Variant Requires Shipping', true),
    taxable: readFlag(row, 'Variant Taxable', true),
    imageSrc: readImageSrc(row, 'Variant Image') || null,
  };
}

/** The address of a picture, empty when there is none or it was reported. */
export function readImageSrc(row: Row, column: 'Image Src' | 'Variant Image'): string {
  const src = readText(row, column, LIMITS.url);
  if (src === '' || isImageReference(src)) return src;
  row.report(column, src, {
    code: 'IMAGE_URL_INVALID',
    problem: 'This is no address of a picture.',
    remedy: 'Write an address that begins with https:// (or /media/ for a picture kept here).',
  });
  return '';
}

function readRequiredPrice(row: Row, currency: CurrencyCode): number {
  if (row.cell('Variant Price') === '') {
    row.report('Variant Price', '', {
      code: 'PRICE_MISSING',
      problem: 'The variant has no price.',
      remedy: 'Write its price, such as 24.00.',
    });
  }
  return readPrice(row, 'Variant Price', currency) ?? 0;
}

/**
 * A number counts as stock whether or not the row names a tracker: files in the wild leave the
 * tracker out, and stock taken for endless would be sold twice. Without a number nothing counts
 * the variant, unless a tracker is named: then there is none of it.
 */
function readQuantity(row: Row): number | null {
  const quantity = readCount(row, 'Variant Inventory Qty', LIMITS.quantity);
  return quantity ?? (row.cell('Variant Inventory Tracker') === '' ? null : 0);
}

function readOptionValues(row: Row, options: readonly string[]): string[] {
  if (options.length === 0 && isPlaceholder(row)) return [];
  const values = VALUE_COLUMNS.map((column) => readText(row, column, LIMITS.option));
  for (const [index, column] of VALUE_COLUMNS.entries()) {
    const name = options[index];
    if (name !== undefined && values[index] === '' && row.cell(column) === '') {
      row.report(column, '', {
        code: 'OPTION_VALUE_MISSING',
        problem: `The variant has no value for the option “${name}”.`,
        remedy: `Say which ${name} this row is.`,
      });
    }
    if (name === undefined && values[index] !== '') {
      row.report(column, values[index] ?? '', {
        code: 'OPTION_NAME_MISSING',
        problem: 'The value belongs to no option.',
        remedy: `Name the option in “Option${index + 1} Name” on the product’s first row.`,
      });
    }
  }
  return values.slice(0, options.length);
}
