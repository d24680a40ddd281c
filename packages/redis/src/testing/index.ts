import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createLogger,
  createMeter,
  createMetrics,
  type Meter,
  type Metrics,
} from '@mkt/service-kit';
import {
  connectRedis,
  type RedisConnectionOptions,
  type RedisConnections,
} from '../connections.ts';
import { type LocalRedis, startLocalRedis } from '../server.ts';

/** A throwaway server of a test's own, which may be killed, stopped and brought back. */
export interface TestRedis {
  readonly url: string;
  /** Ends it at once, as a crash does; what it held is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same port. */
  restart(): Promise<void>;
  /** Stops it in its tracks: connections stay, nothing is answered. */
  hang(): void;
  goOn(): void;
  stop(): Promise<void>;
}

export async function startTestRedis(
  options: { readonly args?: readonly string[]; readonly isDurable?: boolean } = {},
): Promise<TestRedis> {
  const dataDir = await mkdtemp(join(tmpdir(), 'mkt-redis-test-'));
  const isDurable = options.isDurable ?? false;
  const settings = { dataDir, isDurable, ...(options.args ? { args: options.args } : {}) };
  let server: LocalRedis = await startLocalRedis(settings);
  const { url, port } = server;
  return {
    url,
    async kill() {
      process.kill(server.pid, 'SIGKILL');
      await server.exited;
    },
    async restart() {
      server = await startLocalRedis({ ...settings, port });
    },
    hang: () => void process.kill(server.pid, 'SIGSTOP'),
    goOn: () => void process.kill(server.pid, 'SIGCONT'),
    async stop() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The server that `REDIS_URL` names, left running, or one of the test's own. */
export async function openTestRedis(): Promise<{ url: string; stop(): Promise<void> }> {
  const external = process.env.REDIS_URL;
  return external ? { url: external, stop: async () => {} } : startTestRedis();
}

export interface TestConnection {
  readonly redis: RedisConnections;
  readonly meter: Meter;
  readonly metrics: Metrics;
}

/** Connections under a prefix of their own, so that tests can share a server. */
export async function connectTestRedis(
  url: string,
  options: Partial<RedisConnectionOptions> = {},
): Promise<TestConnection> {
  const meter = options.meter ?? createMeter();
  const metrics = options.metrics ?? createMetrics();
  const redis = connectRedis({
    url,
    metered: false,
    log: createLogger('silent'),
    keyPrefix: `test-${randomUUID()}`,
    ...options,
    meter,
    metrics,
  });
  await redis.ready();
  return { redis, meter, metrics };
}
