import buckets from '@mkt/policies/compiled/token-buckets.json' with { type: 'json' };
import type { Logger, Meter, Metrics } from '@mkt/service-kit';
import { embeddedStores, type Stores } from './stores.ts';

export interface ConnectedOptions {
  readonly redisUrl?: string | undefined;
  readonly redisMetered?: boolean;
  readonly mongodbUrl?: string | undefined;
  readonly log: Logger;
  /** Counts what nobody's work in particular spends: the commands of the bus. */
  readonly meter: Meter;
  readonly metrics: Metrics;
  /** Whose connections these are; the same after a restart, so that work is taken up at once. */
  readonly identity: string;
  /** Which of the processes it is that have this identity at the same time, where there may be any. */
  readonly instance?: string | undefined;
  /** Fail where Redis does not answer now, instead of going on without it until it does. */
  readonly mustAnswer?: boolean;
  readonly sweepIntervalMs?: number;
}

const idlePauseMs = 10;
const maxIdleLooks = 1_000;
const defaultSweepIntervalMs = buckets.neon.backgroundIntervalSeconds * 1_000;

/**
 * The ports on real stores, each where its URL is given; what has none stays in this process and in
 * PostgreSQL. Nothing of an adapter is loaded that is not used.
 */
export async function connectedStores(options: ConnectedOptions): Promise<Stores> {
  const embedded = embeddedStores();
  const { redisUrl, mongodbUrl, log, sweepIntervalMs = defaultSweepIntervalMs } = options;
  const mongo = mongodbUrl
    ? await (await import('./mongo.ts')).openMongo({ url: mongodbUrl, log, sweepIntervalMs })
    : undefined;
  const redis = redisUrl
    ? await (await import('./redis.ts')).openRedis({
        ...options,
        url: redisUrl,
        metered: options.redisMetered ?? false,
        mustAnswer: options.mustAnswer ?? false,
      })
    : undefined;
  // Commands to the cluster's own Redis cost nothing: only metered ones are told of.
  if (options.redisMetered) options.metrics.state.readMeter('redis', options.meter.counted);
  const isBusIdle = redis?.isBusIdle ?? embedded.isBusIdle;
  return {
    bus: redis?.bus ?? embedded.bus,
    cacheOf: redis?.cacheOf ?? embedded.cacheOf,
    documentsOf: mongo?.documentsOf ?? embedded.documentsOf,
    workOf: mongo?.workOf ?? embedded.workOf,
    ...(redis ? { rateLimiter: redis.rateLimiter, breakerShare: redis.breakerShare } : {}),
    isBusIdle,
    async idle() {
      for (let look = 0; look < maxIdleLooks; look += 1) {
        if (await isBusIdle()) return;
        await new Promise((resolve) => setTimeout(resolve, idlePauseMs));
      }
    },
    async close() {
      await redis?.close();
      await mongo?.close();
    },
  };
}
