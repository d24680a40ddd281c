import { assert } from '@mkt/kernel';
import { Answer, createSharedReads, Fault } from '@mkt/service-kit';
import type { ProductContext } from '../operations/context.ts';
import { publicOnes } from '../operations/find-product.ts';
import { type ListQuery, listPublic } from '../operations/list-products.ts';
import { createLastKnown } from '../store/last-known.ts';
import { pageOf, publicAnswer } from './shown.ts';

/** A fault stands for a product of which nothing is known, with the store away. */
type PublicProduct = ReturnType<typeof publicAnswer> | Fault;
type PublicQuery = Omit<ListQuery, 'status'>;

const productsAtOnce = 100;
const pagesAtOnce = 8;

/** What everybody may see, read from the store once for all who ask at the same time. */
export function createPublicReads(context: ProductContext) {
  const read = createLastKnown(context.products);
  const product = createSharedReads<PublicProduct>({
    maxKeys: productsAtOnce,
    async readMany(ids) {
      const { found, fault } = await read(ids);
      const shown = await publicOnes(context.db, found);
      const answers = new Map<string, PublicProduct>();
      for (const one of shown) answers.set(one.product.id, publicAnswer(one));
      if (fault) for (const id of without(ids, found)) answers.set(id, fault);
      return answers;
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
    async product(id: string) {
      const found = await product(id);
      if (found instanceof Fault) throw found;
      return found;
    },
    async page(query: PublicQuery) {
      const found = await page(JSON.stringify(query));
      assert(found, 'Every page is read, an empty one too');
      return found;
    },
  };
}

const without = (ids: readonly string[], found: readonly { readonly id: string }[]): string[] =>
  ids.filter((id) => !found.some((one) => one.id === id));
