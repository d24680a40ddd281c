import { type Api, type Listing, listAtMost } from '../adapters/api.ts';
import { usageFailure } from '../failure.ts';
import type { ImportReport, Product, ProductSummary } from './shapes.ts';
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
    ids.push(isId(product) ? product : (await productBy(api, product, vendorId)).id);
  }
  return ids;
}

function productBy(api: Api, product: string, vendorId: string | undefined): Promise<Product> {
  if (isId(product)) return api.get<Product>(`/v1/products/${product}`);
  const path = `/v1/products/by-handle/${encodeURIComponent(product)}`;
  return api.get<Product>(path, { vendorId });
}

export interface NamedProduct {
  /** Its id, or its handle, which is one vendor's. */
  readonly product: string;
  readonly vendor?: string | undefined;
}

export async function showProduct(api: Api, { product, vendor }: NamedProduct): Promise<Product> {
  return productBy(api, product, await vendorIdOf(api, vendor));
}

/** Changes what a product says, as it was when it was read: nobody else's change is lost. */
export async function editProduct(
  api: Api,
  product: string,
  changes: Readonly<Record<string, unknown>>,
): Promise<Product> {
  if (Object.keys(changes).length === 0) {
    throw usageFailure('Nothing is to be changed.', 'See what can be: mkt product edit --help');
  }
  const { id, version } = await productBy(api, product, undefined);
  return api.patch<Product>(`/v1/products/${id}`, changes, version);
}

export async function archiveProduct(
  api: Api,
  product: string,
  step: 'archive' | 'unarchive',
): Promise<Product> {
  const { id } = await productBy(api, product, undefined);
  return api.post<Product>(`/v1/products/${id}/${step}`);
}

/** Sends a product that was handed in back to its vendor, or turns it down for good. */
export async function turnBackProduct(
  api: Api,
  named: NamedProduct,
  { reason, step }: { readonly reason: string; readonly step: 'request-changes' | 'reject' },
): Promise<Product> {
  const { id } = await showProduct(api, named);
  return api.post<Product>(`/v1/products/${id}/${step}`, { reason });
}

function sumOf(pages: readonly BulkPage[]): BulkOutcome {
  return {
    changed: pages.reduce((sum, page) => sum + page.changed, 0),
    unchanged: pages.reduce((sum, page) => sum + page.unchanged, 0),
    refused: pages.flatMap((page) => page.refused),
  };
}
