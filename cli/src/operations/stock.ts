import { type Api, type Listing, listAtMost } from '../adapters/api.ts';
import { Failure, usageFailure } from '../failure.ts';
import type { StockLevel } from './shapes.ts';
import { isId } from './vendors.ts';

export interface StockFilter {
  readonly sku?: string | undefined;
  readonly limit: number;
}

export function listStock(api: Api, { sku, limit }: StockFilter): Promise<Listing<StockLevel>> {
  return listAtMost<StockLevel>(api, '/v1/stock', { limit, query: { sku } });
}

export interface SetStockInput {
  /** A SKU or a variant's id. */
  readonly item: string;
  readonly stocked: number;
  readonly reason?: string | undefined;
}

export async function setStock(api: Api, input: SetStockInput): Promise<StockLevel> {
  const { item, stocked, reason } = input;
  const variantId = isId(item) ? item : await variantOfSku(api, item);
  const body = { stocked, ...(reason === undefined ? {} : { reason }) };
  return api.put<StockLevel>(`/v1/stock/${variantId}`, body);
}

async function variantOfSku(api: Api, sku: string): Promise<string> {
  const { items } = await listStock(api, { sku, limit: 100 });
  const variants = [...new Set(items.map(({ variantId }) => variantId))];
  const [variantId] = variants;
  if (variantId === undefined) {
    throw new Failure(`There is no variant of yours with the SKU "${sku}".`, {
      code: 'STOCK_LEVEL_NOT_FOUND',
      next: 'List what there is: mkt stock list',
    });
  }
  if (variants.length > 1) {
    throw new Failure(`The SKU "${sku}" belongs to ${variants.length} variants.`, {
      code: 'SKU_AMBIGUOUS',
      next: `Name the variant by its id: ${variants.slice(0, 3).join(', ')}`,
    });
  }
  return variantId;
}

export interface StockRow {
  readonly line: number;
  readonly item: string;
  readonly stocked: number;
}

/** Two columns, a SKU or variant's id and a number; a line of titles may come first. */
export function parseStockFile(content: string): StockRow[] {
  const rows: StockRow[] = [];
  for (const [at, raw] of content
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    if (raw.trim() === '') continue;
    const [, quoted, bare, number] =
      /^(?:"((?:[^"]|"")*)"|([^",]*))\s*[,;\t]\s*"?([^"]*?)"?\s*$/.exec(raw) ?? [];
    const item = (quoted?.replaceAll('""', '"') ?? bare ?? '').trim();
    const isCount = /^\d{1,8}$/.test(number ?? '');
    if (at === 0 && item !== '' && !isCount) continue;
    if (item === '' || !isCount) {
      throw usageFailure(
        `Line ${at + 1} is not a SKU and a number: ${raw.slice(0, 80)}`,
        'Write it so: MUG-RED,12',
      );
    }
    rows.push({ line: at + 1, item, stocked: Number(number) });
  }
  const seen = new Set<string>();
  for (const { item, line } of rows) {
    if (seen.has(item)) throw usageFailure(`Line ${line} names ${item} a second time.`);
    seen.add(item);
  }
  return rows;
}

export interface StockChange {
  readonly variantId: string;
  readonly sku: string | null;
  readonly title: string;
  readonly from: number;
  readonly to: number;
}

const largestListing = 10_000;
const largestBulk = 500;

/** What a file of stock levels would change: levels that are so already are left out. */
export async function planStock(api: Api, rows: readonly StockRow[]): Promise<StockChange[]> {
  const { items } = await listAtMost<StockLevel>(api, '/v1/stock', { limit: largestListing });
  const byName = new Map<string, StockLevel[]>();
  for (const level of items) {
    for (const name of [level.variantId, level.sku]) {
      if (name !== null) byName.set(name, [...(byName.get(name) ?? []), level]);
    }
  }
  const unknown = rows.filter(({ item }) => byName.get(item)?.length !== 1);
  if (unknown.length > 0) {
    throw new Failure(
      `${unknown.length} of ${rows.length} lines do not name one variant of yours.`,
      {
        code: 'STOCK_LEVEL_NOT_FOUND',
        details: unknown.slice(0, 20).map(({ line, item }) => `line ${line}: ${item}`),
        next: 'List what there is: mkt stock list',
      },
    );
  }
  return rows.flatMap(({ item, stocked: to }) => {
    const [level] = byName.get(item) ?? [];
    if (!level || level.stocked === to) return [];
    const { variantId, sku, title, stocked: from } = level;
    return [{ variantId, sku, title, from, to }];
  });
}

export async function applyStock(
  api: Api,
  changes: readonly StockChange[],
  reason: string | undefined,
): Promise<void> {
  for (let at = 0; at < changes.length; at += largestBulk) {
    const items = changes
      .slice(at, at + largestBulk)
      .map(({ variantId, to }) => ({ variantId, stocked: to }));
    await api.put('/v1/stock', { items, ...(reason === undefined ? {} : { reason }) });
  }
}
