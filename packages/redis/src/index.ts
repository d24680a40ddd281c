export { RedisUrlError } from './address.ts';
export { createRedisBus, type RedisBusOptions } from './bus/bus.ts';
export type { BusTiming } from './bus/timing.ts';
export {
  connectRedis,
  type RedisConnectionOptions,
  type RedisConnections,
} from './connections.ts';
export { createRedisBreakerShare } from './breaker-share.ts';
export { createRedisRateLimiter, type RedisRateLimiterOptions } from './rate-limiter.ts';
export { createRedisCache, type RedisCacheOptions } from './cache/cache.ts';
