import { randomUUID } from 'node:crypto';
import type { BreakerShare } from '@mkt/service-kit';
import type { RedisConnections } from './connections.ts';
import { defineScript } from './script.ts';

/**
 * Keys: the service's news. Arguments: member, how long it is news, channel, service.
 */
const announceScript = defineScript(
  1,
  `
    redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
    return redis.call('PUBLISH', ARGV[3], ARGV[4] .. ' ' .. ARGV[1])`,
);

/** Long enough for who lost the connection to learn of it, and shorter than a breaker's pause. */
const newsLifetimeMs = 4_000;

/**
 * Breakers of all processes hear at once when one opened. A process that starts, or whose
 * connection comes back, looks up what it missed. Without Redis each breaker decides alone.
 */
export function createRedisBreakerShare(redis: RedisConnections): BreakerShare {
  const members = new Map<string, Map<string, () => void>>();
  const channel = redis.key('breaker', 'opened');
  const newsKey = (service: string): string => redis.key('breaker', service);

  function tell(service: string, from: string): void {
    for (const [id, open] of members.get(service) ?? []) if (id !== from) open();
  }

  async function lookUp(services: readonly string[]): Promise<void> {
    if (services.length === 0 || !redis.isAvailable()) return;
    const found = await redis.commands.mget(services.map(newsKey)).catch(() => []);
    for (const [at, from] of found.entries()) if (from) tell(services[at] as string, from);
  }

  let isHearing = false;
  function hear(): void {
    if (isHearing) return;
    isHearing = true;
    redis.hearing.hear(channel, {
      onMessage(message) {
        const [service = '', from = ''] = message.split(' ');
        tell(service, from);
      },
      onBegin: () => void lookUp([...members.keys()]),
    });
  }

  return {
    join(service, open) {
      const id = randomUUID();
      const known = members.get(service) ?? new Map<string, () => void>();
      members.set(service, known.set(id, open));
      hear();
      return {
        announce() {
          if (!redis.isAvailable()) return void redis.metrics.fallbacks.inc({ part: 'breaker' });
          const told = redis.run(
            announceScript,
            [newsKey(service)],
            [id, newsLifetimeMs, channel, service],
          );
          told.catch(() => redis.metrics.fallbacks.inc({ part: 'breaker' }));
        },
        leave: () => void known.delete(id),
      };
    },
  };
}
