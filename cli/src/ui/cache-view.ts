import type { CacheStats } from '../operations/caches.ts';
import type { Column } from './table.ts';

export const cacheColumns: readonly Column<CacheStats>[] = [
  { title: 'SERVICE', value: ({ service }) => service },
  { title: 'CACHE', value: ({ name }) => name },
  { title: 'ENTRIES', value: ({ entries }) => entries, align: 'right' },
  { title: 'HITS', value: ({ hits }) => hits, align: 'right' },
  { title: 'MISSES', value: ({ misses }) => misses, align: 'right' },
  { title: 'KNEW', value: shareOf, align: 'right' },
];

function shareOf({ hits, misses }: CacheStats): string {
  const asked = hits + misses;
  return asked === 0 ? '-' : `${Math.round((100 * hits) / asked)} %`;
}
