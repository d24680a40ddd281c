import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { collect, importCsv } from './csv-fixture.ts';
import type { CsvImage, CsvProduct, CsvVariant } from './csv-product.ts';
import { sanitizeHtml } from './sanitize-html.ts';
import { writeProducts } from './write-products.ts';

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

async function exportCsv(products: readonly CsvProduct[]): Promise<string> {
  const parts = await collect(writeProducts(each(products), { currency: 'EUR' }));
  return parts.join('');
}

/** Text as an import leaves it: trimmed, line ends as LF, no control characters. */
const awkward = fc.constantFrom('=', '+', '-', '@', "'", "'=", '"', ',', '\n', ';', '🍶', 'ß', ' ');
const text = (maxLength: number): fc.Arbitrary<string> =>
  fc
    .array(fc.oneof(awkward, fc.string({ unit: 'grapheme', maxLength: 4 })), { maxLength: 8 })
    .map((parts) => tidy(parts.join('')).slice(0, maxLength).toWellFormed().trim());
const tidy = (raw: string): string => raw.replaceAll(/[^\P{Cc}\n]|\uFFFD/gu, '').trim();
const filled = (maxLength: number): fc.Arbitrary<string> =>
  text(maxLength).map((value) => value || 'x');

const image = fc
  .constantFrom('/media/demo/', 'https://example.test/')
  .chain((base) => fc.nat(10_000).map((n) => `${base}${n}.webp`));

const variant = (optionValues: readonly string[]): fc.Arbitrary<CsvVariant> =>
  fc.record({
    optionValues: fc.constant(optionValues),
    sku: fc.option(filled(30)),
    barcode: fc.option(fc.nat().map((n) => n.toString().padStart(13, '0'))),
    priceMinor: fc.nat(99_999_999_999),
    compareAtMinor: fc.option(fc.integer({ min: 1, max: 99_999_999_999 })),
    inventoryQuantity: fc.option(fc.nat(1_000_000)),
    inventoryPolicy: fc.constantFrom('deny', 'continue'),
    grams: fc.nat(10_000_000),
    weightUnit: fc.constantFrom('g', 'kg', 'lb', 'oz'),
    requiresShipping: fc.boolean(),
    taxable: fc.boolean(),
    imageSrc: fc.option(image),
  });

const lower = (value: string): string => value.toLowerCase();
const unlikePlaceholder = (value: string): boolean => lower(value) !== 'default title';

const variants = (options: readonly string[]): fc.Arbitrary<CsvVariant[]> => {
  if (options.length === 0) return variant([]).map((only) => [only]);
  const values = fc.array(filled(20).filter(unlikePlaceholder), {
    minLength: options.length,
    maxLength: options.length,
  });
  return fc
    .uniqueArray(values, {
      minLength: 1,
      maxLength: 5,
      selector: (list) => JSON.stringify(list.map(lower)),
    })
    .chain((lists) => fc.tuple(...lists.map(variant)));
};

const images: fc.Arbitrary<CsvImage[]> = fc
  .uniqueArray(fc.record({ src: image, alt: text(40) }), {
    maxLength: 6,
    selector: ({ src }) => src,
  })
  .map((list) => list.map(({ src, alt }, index) => ({ src, position: index + 1, alt })));

const product = (handle: string): fc.Arbitrary<CsvProduct> =>
  fc.uniqueArray(filled(20), { maxLength: 3, selector: lower }).chain((options) =>
    fc.record({
      handle: fc.constant(handle),
      title: filled(60),
      descriptionHtml: text(200).map((html) => sanitizeHtml(`<p>${html}</p>`)),
      vendorName: text(30),
      type: text(30),
      tags: fc
        .uniqueArray(filled(12).map((tag) => tag.replaceAll(',', ' ').trim() || 'tag'))
        .map((tags) => [...new Set(tags)]),
      published: fc.boolean(),
      status: fc.constantFrom('active', 'draft', 'archived'),
      options: fc.constant(options),
      variants: variants(options),
      images,
      seo: fc.record({ title: text(60), description: text(160) }),
      taxCode: fc.option(filled(12)),
    }),
  );

const catalogue = fc
  .uniqueArray(fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}$/), { minLength: 1, maxLength: 4 })
  .chain((handles) => fc.tuple(...handles.map(product)));

test('what was exported is imported the same', async () => {
  await fc.assert(
    fc.asyncProperty(catalogue, fc.constantFrom(1, 13, 100_000), async (products, chunkSize) => {
      const outcome = await importCsv(await exportCsv(products), { chunkSize });
      expect(outcome.problems).toEqual([]);
      expect(outcome.products).toEqual(products);
    }),
    { numRuns: 150 },
  );
}, 30_000);

test('no cell of an export begins a formula', async () => {
  const risky = ['=1+1', '+1', '-1', '@SUM(A1)', "'=1"];
  await fc.assert(
    fc.asyncProperty(product('a'), fc.constantFrom(...risky), async (sample, title) => {
      const rows: string[][] = parse(await exportCsv([{ ...sample, title }]));
      expect(rows[1]?.[1]).toBe(`'${title}`);
      expect(rows.flat().filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
    }),
    { numRuns: 50 },
  );
});

test('an export of nothing is the first line alone, which is imported as no rows', async () => {
  const file = await exportCsv([]);
  expect(file.split('\n')).toHaveLength(2);
  expect((await importCsv(file)).problems.map(({ code }) => code)).toEqual(['NO_ROWS']);
});
