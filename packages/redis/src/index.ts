export { RedisUrlError } from './address.ts';
export { createRedisBreakerShare } from './breaker-share.ts';
export { createRedisBus, type RedisBusOptions } from './bus/bus.ts';
export { createRedisCache, type RedisCacheOptions } from './cache/cache.ts';
export {
  connectRedis,
  type RedisConnectionOptions,
  type RedisConnections,
} from './connections.ts';
export { createRedisRateLimiter, type RedisRateLimiterOptions } from './rate-limiter.ts';
