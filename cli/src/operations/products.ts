import { type Api, type Listing, listAtMost } from '../adapters/api.ts';
import { usageFailure } from '../failure.ts';
import type { ImportReport, ProductSummary } from './shapes.ts';
import { isId, vendorIdOf } from './vendors.ts';

export interface ProductFilter {
  readonly status?: string | undefined;
  readonly vendor?: string | undefined;
  readonly limit: number;
}

export async function listProducts(
  api: Api,
  { status, vendor, limit }: ProductFilter,
): Promise<Listing<ProductSummary>> {
  const vendorId = await vendorIdOf(api, vendor);
  return listAtMost<ProductSummary>(api, '/v1/products', { limit, query: { status, vendorId } });
}

/** Sends a product CSV; `onSent` hears how many bytes have gone out so far. */
export function importProducts(
  api: Api,
  content: AsyncIterable<Uint8Array>,
  onSent: (bytes: number) => void,
): Promise<ImportReport> {
  const upload = { contentType: 'text/csv', content: counting(content, onSent) };
  return api.upload<ImportReport>('/v1/products/import', upload);
}

async function* counting(
  content: AsyncIterable<Uint8Array>,
  onSent: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let sent = 0;
  for await (const chunk of content) {
    yield chunk;
    sent += chunk.byteLength;
    onSent(sent);
  }
}

export async function exportProducts(
  api: Api,
  vendor: string | undefined,
): Promise<AsyncIterable<Uint8Array>> {
  return api.download('/v1/products/export', { vendorId: await vendorIdOf(api, vendor) });
}

export interface BulkOutcome {
  readonly changed: number;
  readonly unchanged: number;
  readonly refused: readonly {
    readonly productId: string;
    readonly code: string;
    readonly detail: string;
    readonly missing?: readonly string[];
  }[];
}

export interface BulkInput {
  readonly verb: 'submit' | 'approve';
  /** Ids, or handles of one vendor's products. */
  readonly products: readonly string[];
  readonly all: boolean;
  /** Whose products; only operators name a vendor. */
  readonly vendor?: string | undefined;
}

type BulkPage = BulkOutcome & { readonly nextCursor: string | null };
const largestBulk = 500;

/** Moves products on in their life: all that wait for it, or those that are named. */
export async function changeProducts(api: Api, input: BulkInput): Promise<BulkOutcome> {
  const { verb, products, all, vendor } = input;
  if (all === products.length > 0) {
    throw usageFailure('Name products, or say --all.', `mkt product ${verb} --all`);
  }
  const path = `/v1/products/bulk/${verb}`;
  const vendorId = await vendorIdOf(api, vendor);
  const done: BulkPage[] = [];
  if (all) {
    let cursor: string | null = null;
    do {
      const body = {
        all: true,
        ...(cursor === null ? {} : { cursor }),
        ...(vendorId === undefined ? {} : { vendorId }),
      };
      const page: BulkPage = await api.post<BulkPage>(path, body);
      done.push(page);
      cursor = page.nextCursor;
    } while (cursor !== null);
  } else {
    const productIds = await idsOf(api, products, vendorId);
    for (let from = 0; from < productIds.length; from += largestBulk) {
      const part = productIds.slice(from, from + largestBulk);
      done.push(await api.post<BulkPage>(path, { productIds: part }));
    }
  }
  return sumOf(done);
}

async function idsOf(
  api: Api,
  products: readonly string[],
  vendorId: string | undefined,
): Promise<string[]> {
  const ids: string[] = [];
  for (const product of products) {
    if (isId(product)) ids.push(product);
    else {
      const path = `/v1/products/by-handle/${encodeURIComponent(product)}`;
      ids.push((await api.get<{ id: string }>(path, { vendorId })).id);
    }
  }
  return ids;
}

function sumOf(pages: readonly BulkPage[]): BulkOutcome {
  return {
    changed: pages.reduce((sum, page) => sum + page.changed, 0),
    unchanged: pages.reduce((sum, page) => sum + page.unchanged, 0),
    refused: pages.flatMap((page) => page.refused),
  };
}
