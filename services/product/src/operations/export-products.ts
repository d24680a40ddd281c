import type { VendorId } from '@mkt/kernel';
import type { Scope, Stored } from '@mkt/service-kit';
import { exportPage, marketplaceCurrency } from '../config.ts';
import { writeProducts } from '../csv/index.ts';
import type { Product } from '../domain/product.ts';
import type { ProductContext } from './context.ts';
import { csvOf } from './csv-mapping.ts';

/**
 * A vendor's catalogue as a file, a page at a time. The first page is read before anything is
 * answered, so that a store that does not answer is an error and not an empty file.
 */
export async function exportProducts(
  { products }: ProductContext,
  scope: Scope,
  vendorId: VendorId,
): Promise<AsyncGenerator<string>> {
  const readPage = (after: string | undefined) =>
    products.find(scope, { vendorId, after, limit: exportPage });
  const first = await readPage(undefined);

  async function* all() {
    for (let page: Stored<Product>[] = first; page.length > 0; ) {
      for (const { body } of page) yield csvOf(body);
      page = page.length < exportPage ? [] : await readPage(page.at(-1)?.id);
    }
  }
  return writeProducts(all(), { currency: marketplaceCurrency });
}
