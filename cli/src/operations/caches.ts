import type { ServiceName } from '@mkt/topology';
import type { Api } from '../adapters/api.ts';
import { askAll, operationsPath, servicesMeant } from './fleet.ts';

export interface CacheStats {
  readonly service: ServiceName;
  readonly name: string;
  readonly entries: number | null;
  readonly hits: number;
  readonly misses: number;
}

type Reply = { readonly items: readonly Omit<CacheStats, 'service'>[] };

export function cacheStats(api: Api, service?: string) {
  return ofAll(service, (name) => api.get<Reply>(operationsPath(name, 'caches')));
}

/** Forgets what was cached; what is needed again is loaded again. */
export function clearCaches(api: Api, prefix: string, service?: string) {
  return ofAll(service, (name) =>
    api.post<Reply>(operationsPath(name, 'caches/clear'), { prefix }),
  );
}

async function ofAll(service: string | undefined, ask: (name: ServiceName) => Promise<Reply>) {
  const { answers, silent } = await askAll(servicesMeant(service), ask);
  const items: CacheStats[] = answers
    .flatMap((one) => one.reply.items.map((item) => ({ ...item, service: one.service })))
    .toSorted((a, b) => a.service.localeCompare(b.service));
  return { items, silent };
}
