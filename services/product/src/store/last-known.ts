import { Fault, platformScope, type Stored } from '@mkt/service-kit';
import type { Product } from '../domain/product.ts';
import type { ProductDocuments } from './products.ts';

export interface LastKnownRead {
  readonly found: readonly Stored<Product>[];
  /** Why the others are not known; undefined where the store has answered for all. */
  readonly fault: Fault | undefined;
}

export interface LastKnownOptions {
  readonly maxProducts?: number;
  /** After a failure the store is left alone so long, where memory can answer. */
  readonly spareMs?: number;
}

/**
 * Reads products, and remembers them for while their store is away. What it says then is true:
 * nobody can change a product without the store. Whose vendor is open is asked elsewhere.
 */
export function createLastKnown(
  products: Pick<ProductDocuments, 'getMany'>,
  { maxProducts = 1_000, spareMs = 1_000 }: LastKnownOptions = {},
): (ids: readonly string[]) => Promise<LastKnownRead> {
  /** The one that was asked for longest ago comes first. */
  const known = new Map<string, Stored<Product>>();
  let last: { readonly fault: Fault; readonly atMs: number } | undefined;

  function remember(ids: readonly string[], found: readonly Stored<Product>[]): void {
    for (const id of ids) known.delete(id);
    for (const stored of found) known.set(stored.id, stored);
    for (const id of known.keys()) {
      if (known.size <= maxProducts) return;
      known.delete(id);
    }
  }

  function recall(ids: readonly string[], fault: Fault): LastKnownRead {
    return { found: ids.flatMap((id) => known.get(id) ?? []), fault };
  }

  return async (ids) => {
    const isSpared = last !== undefined && performance.now() - last.atMs < spareMs;
    if (last && isSpared && ids.every((id) => known.has(id))) return recall(ids, last.fault);
    try {
      const found = await products.getMany(platformScope, ids);
      last = undefined;
      remember(ids, found);
      return { found, fault: undefined };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      last = { fault: error, atMs: performance.now() };
      return recall(ids, error);
    }
  };
}
