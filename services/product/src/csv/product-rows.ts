import type { CurrencyCode } from '@mkt/kernel';
import { type Row, readCount, readText } from './cells.ts';
import type { CsvImage, CsvProduct, CsvVariant } from './csv-product.ts';
import { LIMITS } from './limits.ts';
import { readHead } from './product-head.ts';
import { isVariantRow, readImageSrc, readVariant } from './variant-row.ts';

const TAX_CODE = 'Variant Tax Code';

/** The rows of one handle, gathered one by one. */
export interface ProductRows {
  add(row: Row): void;
  /** To be asked only when no row had a problem. */
  toProduct(): CsvProduct;
}

/** Problems go to the rows; what has one is read on, so that all problems show at once. */
export function gatherProduct(firstRow: Row, currency: CurrencyCode): ProductRows {
  const head = readHead(firstRow);
  const variants = gather<CsvVariant>({
    max: LIMITS.variants,
    keyOf: ({ optionValues }) => JSON.stringify(optionValues.map((value) => value.toLowerCase())),
  });
  const images = gather<CsvImage>({ max: LIMITS.images, keyOf: ({ src }) => src });

  const addVariant = (row: Row): void => {
    const outcome = variants.add(readVariant(row, head.options, currency));
    if (outcome === 'repeated') reportRepeatedVariant(row);
    if (outcome === 'full') reportTooMany(row, 'variants');
  };
  const addImage = (row: Row): void => {
    const image = readImage(row, images.all.length + 1);
    // A picture repeated is one picture: some tools write it on each row.
    if (image !== null && images.add(image) === 'full') reportTooMany(row, 'images');
  };
  addVariant(firstRow);
  addImage(firstRow);
  return {
    add: (row) => {
      reportConflicts(row, firstRow);
      if (isVariantRow(row)) addVariant(row);
      else if (row.cell('Image Src') === '') reportEmpty(row);
      addImage(row);
    },
    toProduct: () => ({ ...head, variants: variants.all, images: inOrder(images.all) }),
  };
}

type Outcome = 'added' | 'repeated' | 'full' | 'ignored';

interface Gathering<Item> {
  readonly all: readonly Item[];
  add(item: Item): Outcome;
}

/** Says once that it is full, then ignores the rest, so that memory has a bound. */
function gather<Item>(rules: { max: number; keyOf(item: Item): string }): Gathering<Item> {
  const all: Item[] = [];
  const keys = new Set<string>();
  let full = false;
  return {
    all,
    add: (item) => {
      if (full) return 'ignored';
      const key = rules.keyOf(item);
      if (keys.has(key)) return 'repeated';
      full = all.length === rules.max;
      if (full) return 'full';
      keys.add(key);
      all.push(item);
      return 'added';
    },
  };
}

function readImage(row: Row, nextPosition: number): CsvImage | null {
  const src = readImageSrc(row, 'Image Src');
  const position = readCount(row, 'Image Position', LIMITS.quantity) ?? nextPosition;
  const alt = readText(row, 'Image Alt Text', LIMITS.alt);
  return src === '' ? null : { src, position, alt };
}

function inOrder(images: readonly CsvImage[]): CsvImage[] {
  return images
    .toSorted((a, b) => a.position - b.position)
    .map((image, index) => ({ ...image, position: index + 1 }));
}

/** Later rows may repeat what the first says about the product, but not say otherwise. */
function reportConflicts(row: Row, firstRow: Row): void {
  for (const column of ['Option1 Name', 'Option2 Name', 'Option3 Name', TAX_CODE] as const) {
    const text = row.cell(column);
    if (text === '' || text === firstRow.cell(column)) continue;
    row.report(column, text, {
      code: 'ROW_CONFLICT',
      problem: `“${column}” differs from the product’s first row on line ${firstRow.line}.`,
      remedy: 'Say it on the first row alone, or the same on all.',
    });
  }
}

function reportRepeatedVariant(row: Row): void {
  row.report('Option1 Value', row.cell('Option1 Value'), {
    code: 'VARIANT_REPEATED',
    problem: 'Another row of this product has the same option values.',
    remedy: 'Remove one of the two rows, or give it values of its own.',
  });
}

function reportTooMany(row: Row, what: 'variants' | 'images'): void {
  row.report(null, row.cell('Handle'), {
    code: what === 'variants' ? 'TOO_MANY_VARIANTS' : 'TOO_MANY_IMAGES',
    problem: `The product has more than ${LIMITS[what]} ${what}.`,
    remedy: 'Make several products of it, or leave some out.',
  });
}

function reportEmpty(row: Row): void {
  row.report(null, row.cell('Handle'), {
    code: 'ROW_EMPTY',
    problem: 'The row adds neither a variant nor a picture to its product.',
    remedy: 'Fill in the option values and a price, or an “Image Src”, or remove the row.',
  });
}
