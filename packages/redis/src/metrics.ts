import type { Metrics } from '@mkt/service-kit';
import { Counter, Gauge } from 'prom-client';

/** What Redis adds to the instruments: whether it is there, and what went on without it. */
export interface RedisMetrics {
  readonly connected: Gauge;
  /** Decisions and look-ups that were made without Redis, by the part that made them. */
  readonly fallbacks: Counter<'part'>;
  /** Look-ups beyond the process's own memory: found in Redis, loaded, or made without it. */
  readonly cacheLookups: Counter<'service' | 'outcome'>;
  readonly deadLettered: Counter<'consumer'>;
  /** Events that left the stream's end before a consumer read them. */
  readonly trimmedUnread: Counter<'consumer'>;
}

/** The registry's own instruments, made at the first call: a process has one of each name. */
export function redisMetrics({ registry }: Metrics): RedisMetrics {
  const registers = [registry];
  const known = <T>(name: string): T | undefined =>
    registry.getSingleMetric(name) as unknown as T | undefined;
  return {
    connected:
      known<Gauge>('redis_connected') ??
      new Gauge({
        name: 'redis_connected',
        help: 'Whether commands reach Redis: 1 or 0.',
        registers,
      }),
    fallbacks:
      known<Counter<'part'>>('redis_fallbacks_total') ??
      new Counter({
        name: 'redis_fallbacks_total',
        help: 'What was decided without Redis, by part: cache, rate-limit, breaker or listen.',
        labelNames: ['part'],
        registers,
      }),
    cacheLookups:
      known<Counter<'service' | 'outcome'>>('cache_lookups_total') ??
      new Counter({
        name: 'cache_lookups_total',
        help: 'Look-ups that the process could not answer itself: shared, loaded or alone.',
        labelNames: ['service', 'outcome'],
        registers,
      }),
    deadLettered:
      known<Counter<'consumer'>>('bus_dead_letters_total') ??
      new Counter({
        name: 'bus_dead_letters_total',
        help: 'Events set aside because a consumer could neither apply nor park them.',
        labelNames: ['consumer'],
        registers,
      }),
    trimmedUnread:
      known<Counter<'consumer'>>('bus_trimmed_unread_total') ??
      new Counter({
        name: 'bus_trimmed_unread_total',
        help: 'Times a consumer found that the stream had dropped events it had not read.',
        labelNames: ['consumer'],
        registers,
      }),
  };
}
