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

/** What a load found, and how long it may be kept from now on; 0 or less keeps nothing. */
export interface Loaded<T> {
  readonly value: T;
  readonly ttlMs: number;
}

/** A local cache whose loads say themselves how long their value holds. */
export interface LocalEntries {
  getOrLoad<T>(key: string, load: () => Promise<Loaded<T>>): Promise<T>;
  delete(key: string): void;
  deletePrefix(prefix: string): void;
  size(): number;
  clear(): void;
}

/** In this process, least recently used out first. Times by the machine's steady clock. */
export function createLocalEntries(options: LocalCacheOptions): LocalEntries {
  const entries = new LRUCache<string, Entry>({
    max: options.maxEntries,
    ttl: 1,
    ttlResolution: 0,
  });
  const loading = new Map<string, Promise<unknown>>();

  function loadOnce<T>(key: string, load: () => Promise<Loaded<T>>): Promise<T> {
    const started = load().then(({ value, ttlMs }) => {
      // A delete during the load means that what was read may be stale already.
      const isCurrent = loading.get(key) === started;
      if (isCurrent && ttlMs > 0) entries.set(key, { value }, { ttl: Math.ceil(ttlMs) });
      return value;
    });
    const settled = started.finally(() => {
      if (loading.get(key) === started) loading.delete(key);
    });
    loading.set(key, started);
    return settled;
  }

  return {
    async getOrLoad<T>(key: string, load: () => Promise<Loaded<T>>): Promise<T> {
      const known = entries.get(key);
      if (known) return known.value as T;
      const underWay = loading.get(key);
      return underWay ? (underWay as Promise<T>) : loadOnce(key, load);
    },
    delete(key) {
      entries.delete(key);
      loading.delete(key);
    },
    deletePrefix(prefix) {
      for (const key of [...entries.keys()]) if (key.startsWith(prefix)) entries.delete(key);
      for (const key of [...loading.keys()]) if (key.startsWith(prefix)) loading.delete(key);
    },
    size() {
      entries.purgeStale();
      return entries.size;
    },
    clear() {
      entries.clear();
      loading.clear();
    },
  };
}

/** The cache of one process. */
export function createLocalCache(options: LocalCacheOptions): Cache {
  const entries = createLocalEntries(options);
  return {
    getOrLoad: (key, ttlMs, load) =>
      entries.getOrLoad(key, async () => ({ value: await load(), ttlMs })),
    delete: async (key) => entries.delete(key),
    deletePrefix: async (prefix) => entries.deletePrefix(prefix),
    size: entries.size,
    close: async () => entries.clear(),
  };
}
