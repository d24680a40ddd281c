import type { Cache } from './cache.ts';

export interface CacheStats {
  /** Values kept in this process; null where the store does not say. */
  readonly entries: number | null;
  readonly hits: number;
  readonly misses: number;
}

/** A cache that counts in this process how often it knew the answer. */
export interface CountedCache extends Cache {
  stats(): CacheStats;
}

export function countedCache(cache: Cache): CountedCache {
  let asked = 0;
  let misses = 0;
  return {
    ...cache,
    getOrLoad(key, ttlMs, load) {
      asked += 1;
      return cache.getOrLoad(key, ttlMs, () => {
        misses += 1;
        return load();
      });
    },
    stats: () => ({ entries: cache.size?.() ?? null, hits: asked - misses, misses }),
  };
}
