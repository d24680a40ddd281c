import { LRUCache } from 'lru-cache';

/** A bounded store of what can be computed again. Every entry expires. */
export interface Cache {
  /**
   * The cached value, or the loaded one, kept for `ttlMs`. Many callers that miss at once share one
   * load; a load that fails is not kept.
   */
  getOrLoad<T>(key: string, ttlMs: number, load: () => Promise<T>): Promise<T>;
  delete(key: string): Promise<void>;
  /** Forgets all keys that start with the prefix. */
  deletePrefix(prefix: string): Promise<void>;
  /** Values kept in this process, where that is known. */
  size?(): number;
  close(): Promise<void>;
}

export interface LocalCacheOptions {
  readonly maxEntries: number;
}

interface Entry {
  readonly value: unknown;
}

/** In this process, least recently used out first. Times by the machine's steady clock. */
export function createLocalCache(options: LocalCacheOptions): Cache {
  const entries = new LRUCache<string, Entry>({
    max: options.maxEntries,
    ttl: 1,
    ttlResolution: 0,
  });
  const loading = new Map<string, Promise<unknown>>();

  function loadOnce<T>(key: string, ttlMs: number, load: () => Promise<T>): Promise<T> {
    const started = load().then((value) => {
      // A delete during the load means that what was read may be stale already.
      if (loading.get(key) === started) entries.set(key, { value }, { ttl: ttlMs });
      return value;
    });
    const settled = started.finally(() => {
      if (loading.get(key) === started) loading.delete(key);
    });
    loading.set(key, started);
    return settled;
  }

  return {
    async getOrLoad<T>(key: string, ttlMs: number, load: () => Promise<T>): Promise<T> {
      const known = entries.get(key);
      if (known) return known.value as T;
      const underWay = loading.get(key);
      return underWay ? (underWay as Promise<T>) : loadOnce(key, ttlMs, load);
    },
    async delete(key) {
      entries.delete(key);
      loading.delete(key);
    },
    async deletePrefix(prefix) {
      for (const key of [...entries.keys()]) if (key.startsWith(prefix)) entries.delete(key);
      for (const key of [...loading.keys()]) if (key.startsWith(prefix)) loading.delete(key);
    },
    size: () => entries.size,
    async close() {
      entries.clear();
    },
  };
}
