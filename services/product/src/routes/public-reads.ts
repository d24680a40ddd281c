import { assert } from '@mkt/kernel';
import { Answer, createSharedReads } from '@mkt/service-kit';
import type { ProductContext } from '../operations/context.ts';
import { findPublicProducts } from '../operations/find-product.ts';
import { type ListQuery, listPublic } from '../operations/list-products.ts';
import { pageOf, publicAnswer } from './shown.ts';

type PublicQuery = Omit<ListQuery, 'status'>;

const productsAtOnce = 100;
const pagesAtOnce = 8;

/** What everybody may see, read from the store once for all who ask at the same time. */
export function createPublicReads(context: ProductContext) {
  const product = createSharedReads<ReturnType<typeof publicAnswer>>({
    maxKeys: productsAtOnce,
    readMany: async (ids) => {
      const found = await findPublicProducts(context, ids);
      return new Map(found.map((shown) => [shown.product.id, publicAnswer(shown)]));
    },
  });

  const readPage = async (key: string) => {
    const page = await listPublic(context, JSON.parse(key) as PublicQuery);
    return [key, new Answer(pageOf(page, { kind: 'public' }), {})] as const;
  };
  const page = createSharedReads({
    maxKeys: pagesAtOnce,
    readMany: async (keys) => new Map(await Promise.all(keys.map(readPage))),
  });

  return {
    product,
    async page(query: PublicQuery) {
      const found = await page(JSON.stringify(query));
      assert(found, 'Every page is read, an empty one too');
      return found;
    },
  };
}
