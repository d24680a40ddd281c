import type { CsvItem, CsvProduct, ReadOptions, RowProblem } from './csv-product.ts';
import { readProducts } from './read-products.ts';

/** What a file came to: for tests. */
export interface ImportOutcome {
  readonly products: readonly CsvProduct[];
  readonly problems: readonly RowProblem[];
  readonly items: readonly CsvItem[];
}

export async function importCsv(
  file: string | Uint8Array,
  options: Partial<ReadOptions> & { readonly chunkSize?: number } = {},
): Promise<ImportOutcome> {
  const bytes = typeof file === 'string' ? Buffer.from(file) : file;
  const { chunkSize = bytes.length || 1, ...rest } = options;
  const source = inChunks(bytes, chunkSize);
  const items = await collect(readProducts(source, { currency: 'EUR', ...rest }));
  return {
    items,
    products: items.flatMap((item) => (item.kind === 'product' ? [item.product] : [])),
    problems: items.flatMap((item) => (item.kind === 'problem' ? [item.problem] : [])),
  };
}

export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** A file of these columns, one row per list of cells, unquoted. */
export function csv(columns: string, ...rows: string[]): string {
  return `${[columns, ...rows].join('\n')}\n`;
}
