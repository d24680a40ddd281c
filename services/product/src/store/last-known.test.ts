import { newId } from '@mkt/kernel';
import { Fault, type Stored } from '@mkt/service-kit';
import { describe, expect, test } from 'vitest';
import type { Product } from '../domain/product.ts';
import { createLastKnown } from './last-known.ts';

const stored = (id: string, version = 1): Stored<Product> => ({
  id,
  vendorId: newId<'Vendor'>(),
  version,
  body: { title: id } as Product,
});

/** A store that a test may take away; it counts what it is asked. */
function startStore(ids: readonly string[]) {
  const there = new Map(ids.map((id) => [id, stored(id)]));
  const store = {
    asked: 0,
    away: false,
    there,
    async getMany(_scope: unknown, wanted: readonly string[]) {
      store.asked += 1;
      if (store.away) throw new Fault('DEPENDENCY_UNAVAILABLE', 'away');
      return wanted.flatMap((id) => there.get(id) ?? []);
    },
  };
  return store;
}

const idsOf = ({ found }: { readonly found: readonly Stored<Product>[] }) =>
  found.map(({ id }) => id);

describe('a product that was read', () => {
  test('is still known while the store is away; of the others it is said why not', async () => {
    const store = startStore(['a', 'b']);
    const read = createLastKnown(store);
    expect(await read(['a', 'gone'])).toMatchObject({ found: [{ id: 'a' }], fault: undefined });
    store.away = true;
    const without = await read(['a', 'b']);
    expect([idsOf(without), without.fault?.code]).toEqual([['a'], 'DEPENDENCY_UNAVAILABLE']);
  });

  test('is read anew once the store is back, and forgotten where it is gone', async () => {
    const store = startStore(['a', 'b']);
    const read = createLastKnown(store, { spareMs: 0 });
    await read(['a', 'b']);
    store.there.set('a', stored('a', 2));
    store.there.delete('b');
    expect(await read(['a', 'b'])).toMatchObject({ found: [{ id: 'a', version: 2 }] });
    store.away = true;
    expect((await read(['a', 'b'])).found).toMatchObject([{ id: 'a', version: 2 }]);
  });

  test('does not wait for a store that failed just now', async () => {
    const store = startStore(['a', 'b']);
    const read = createLastKnown(store, { spareMs: 60_000 });
    await read(['a']);
    store.away = true;
    await read(['a']);
    await read(['a']);
    expect(store.asked).toBe(2);
    await read(['b']);
    expect(store.asked).toBe(3);
  });

  test('is forgotten for others that were asked for since: there is a bound', async () => {
    const store = startStore(['a', 'b', 'c']);
    const read = createLastKnown(store, { maxProducts: 2 });
    for (const id of ['a', 'b', 'a', 'c']) await read([id]);
    store.away = true;
    expect(idsOf(await read(['a', 'b', 'c']))).toEqual(['a', 'c']);
  });

  test('that meets a defect of ours is no matter of memory', async () => {
    const read = createLastKnown({ getMany: () => Promise.reject(new TypeError('ours')) });
    await expect(read(['a'])).rejects.toThrow('ours');
  });
});
