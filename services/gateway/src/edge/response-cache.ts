import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { FetchedReply } from './upstream.ts';

export interface CachedReply {
  readonly status: number;
  readonly contentType: string;
  readonly cacheControl: string;
  readonly etag: string;
  /** What else the service says about its answer. */
  readonly notes: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface ResponseCache {
  /** The answer to an anonymous read; loaded once however many ask at the same time. */
  get(url: string, load: () => Promise<FetchedReply>): Promise<CachedReply>;
  stats(): { entries: number; hits: number; misses: number };
  /** Forgets the answers whose address starts with the prefix; all, where it is empty. */
  clear(prefix?: string): void;
}

const maxSizeBytes = 16 * 1024 * 1024;
const maxEntries = 5_000;
/** A picture is read from its file again rather than push a thousand answers out. */
const maxEntryBytes = 256 * 1024;

/** Keeps answers that say that anybody may cache them, for as long as they say. */
export function createResponseCache(): ResponseCache {
  const kept = new LRUCache<string, CachedReply>({
    max: maxEntries,
    maxSize: maxSizeBytes,
    maxEntrySize: maxEntryBytes,
    sizeCalculation: (reply) => reply.body.byteLength + 512,
    ttl: 1_000,
  });
  const loading = new Map<string, Promise<CachedReply>>();
  let hits = 0;
  let misses = 0;

  async function load(url: string, fetch: () => Promise<FetchedReply>): Promise<CachedReply> {
    const reply = cachedReplyOf(await fetch());
    const ttlMs = publicSeconds(reply.cacheControl) * 1_000;
    if (reply.status === 200 && ttlMs > 0) kept.set(url, reply, { ttl: ttlMs });
    return reply;
  }

  return {
    async get(url, fetch) {
      const known = kept.get(url) ?? loading.get(url);
      if (known) {
        hits += 1;
        return known;
      }
      misses += 1;
      const started = load(url, fetch).finally(() => loading.delete(url));
      loading.set(url, started);
      return started;
    },
    stats() {
      // What has expired is still there until somebody asks for it, and nobody is answered with it.
      kept.purgeStale();
      return { entries: kept.size, hits, misses };
    },
    clear(prefix = '') {
      // A key is what the client accepts and then the address.
      const isMeant = (key: string) => key.slice(key.indexOf(' /') + 1).startsWith(prefix);
      for (const key of [...kept.keys()]) if (isMeant(key)) kept.delete(key);
    },
  };
}

const noted = ['deprecation', 'sunset', 'retry-after'] as const;

function cachedReplyOf(reply: FetchedReply): CachedReply {
  const own = reply.headers.etag;
  const digest = createHash('sha1').update(reply.body).digest('base64url');
  return {
    status: reply.status,
    contentType: String(reply.headers['content-type'] ?? 'application/json'),
    cacheControl: String(reply.headers['cache-control'] ?? 'no-store'),
    etag: typeof own === 'string' ? own : `"${digest}"`,
    notes: Object.fromEntries(
      noted.flatMap((name) => {
        const value = reply.headers[name];
        return value === undefined ? [] : [[name, String(value)]];
      }),
    ),
    body: reply.body,
  };
}

function publicSeconds(cacheControl: string): number {
  if (!cacheControl.startsWith('public')) return 0;
  return Number(/max-age=(\d+)/.exec(cacheControl)?.[1] ?? 0);
}
