import { ok } from '@mkt/kernel';
import { z } from 'zod';
import type { CacheStats } from '../cache/counted.ts';
import { type AnyRoute, route } from '../http/route.ts';
import { operationsPath, operatorsOnly } from './page.ts';

/** A cache as an operator sees it: how well it does, and a way to empty it. */
export interface InspectedCache {
  readonly name: string;
  stats(): CacheStats;
  /** Forgets the keys that start with the prefix; all of them where it is empty. */
  clear(prefix: string): Promise<void>;
}

const stats = z.strictObject({
  name: z.string(),
  entries: z.int().nullable(),
  hits: z.int(),
  misses: z.int(),
});
const reply = { status: 200, schema: z.strictObject({ items: z.array(stats) }) } as const;

export function cacheRoutes(service: string, caches: readonly InspectedCache[]): AnyRoute[] {
  const all = () => ok({ items: caches.map((cache) => ({ name: cache.name, ...cache.stats() })) });
  return [
    route({
      ...operatorsOnly,
      method: 'GET',
      path: operationsPath(service, 'caches'),
      summary: 'Show what the caches of this process keep and how often they were of use',
      reply,
      handle: async () => all(),
    }),
    route({
      ...operatorsOnly,
      method: 'POST',
      path: operationsPath(service, 'caches/clear'),
      summary: 'Forget cached values whose keys start with a prefix; all, where none is given',
      repeat: 'natural',
      body: z.strictObject({ prefix: z.string().max(200).default('') }),
      reply,
      handle: async ({ body: { prefix } }) => {
        await Promise.all(caches.map((cache) => cache.clear(prefix)));
        return all();
      },
    }),
  ];
}
