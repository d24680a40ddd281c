import { createHash } from 'node:crypto';
import type { RedisConnections } from '../connections.ts';

/** Keys and channels of the bus. */
export interface BusNames {
  readonly stream: string;
  readonly deadLetters: string;
  /** Says which type of event was stored, or which group's lease is free. */
  readonly wakes: string;
  /** Channel on which an event of that type goes to who listens now. */
  news(type: string): string;
  lease(group: string): string;
}

export function busNames(redis: RedisConnections): BusNames {
  return {
    stream: redis.key('bus', 'events'),
    deadLetters: redis.key('bus', 'dead-letters'),
    wakes: redis.key('bus', 'wakes'),
    news: (type) => redis.key('bus', 'news', type),
    lease: (group) => redis.key('bus', 'lease', group),
  };
}

/**
 * The group of a consumer that wants these types. Wanting other types is another group, which reads
 * what the stream still holds from its beginning: while an old and a new version of a service run
 * side by side, the old one must not acknowledge what only the new one knows. The inbox makes what
 * both apply take effect once.
 */
export function groupOf(consumer: string, types: readonly string[]): string {
  const text = types.toSorted().join('\n');
  return `${consumer}@${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
}
