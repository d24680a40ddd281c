import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Fault, type Logger, type Meter, type Metrics } from '@mkt/service-kit';
import type { Redis } from 'ioredis';
import { parseRedisUrl } from './address.ts';
import { openClient } from './client.ts';
import { createHearing, type Hearing } from './hearing.ts';
import { type RedisMetrics, redisMetrics } from './metrics.ts';
import { isUnknownScript, type Script } from './script.ts';

export interface RedisConnectionOptions {
  /** `redis://` or, over TLS, `rediss://`. */
  readonly url: string;
  /** Commands are paid for or limited: fewer looks, longer waits. */
  readonly metered: boolean;
  readonly log: Logger;
  readonly meter: Meter;
  readonly metrics: Metrics;
  /** Whose connections these are, in the log and in the server's list of clients. */
  readonly service?: string;
  /** In front of every key and channel: tests share a server. */
  readonly keyPrefix?: string;
  readonly connectTimeoutMs?: number;
  /** How long a command may take; after it the connection is given up and made again. */
  readonly commandTimeoutMs?: number;
}

export interface RedisConnections {
  readonly metered: boolean;
  readonly log: Logger;
  readonly service: string;
  readonly metrics: RedisMetrics;
  /** This process among those that use the server. */
  readonly processId: string;
  /** A key or channel under the prefix. All share one hash slot, so scripts may use several. */
  key(...parts: readonly string[]): string;
  /** Whether commands reach the server now, as far as is known without trying. */
  isAvailable(): boolean;
  /** Resolves when commands reach the server; rejects with the reason if they do not in time. */
  ready(timeoutMs?: number): Promise<void>;
  /** Runs when commands reach the server again; the result stops it. */
  onAvailable(listener: () => void): () => void;
  readonly commands: Redis;
  run(
    script: Script,
    keys: readonly string[],
    args: readonly (string | number | Buffer)[],
  ): Promise<unknown>;
  /** Messages of a channel, over one connection that all channels share. */
  readonly hearing: Hearing;
  close(): Promise<void>;
}

const defaultPrefix = 'mkt';
const defaultConnectTimeoutMs = 2_000;
const defaultCommandTimeoutMs = 1_000;
const defaultReadyTimeoutMs = 5_000;
/** More commands under way than this are refused: a slow server must not fill the memory. */
const maxUnderWay = 10_000;
const oldestVersion = [7, 0] as const;

/** Begins to connect; does not wait for it. A URL that cannot be right is refused at once. */
export function connectRedis(options: RedisConnectionOptions): RedisConnections {
  const { log, metered } = options;
  const service = options.service ?? 'marketplace';
  const prefix = `{${options.keyPrefix ?? defaultPrefix}}`;
  const metrics = redisMetrics(options.metrics);
  const clientOptions = {
    address: parseRedisUrl(options.url),
    name: `mkt-${service}`,
    meter: options.meter,
    log,
    service,
    connectTimeoutMs: options.connectTimeoutMs ?? defaultConnectTimeoutMs,
    commandTimeoutMs: options.commandTimeoutMs ?? defaultCommandTimeoutMs,
  };
  const commands = openClient(clientOptions, true);
  const hearing = createHearing(() =>
    openClient({ ...clientOptions, name: `mkt-${service}-hears` }),
  );
  const availableListeners = new Set<() => void>();
  let lastError: Error | undefined;
  metrics.connected.set(0);
  commands.on('error', (error: Error) => {
    lastError = error;
  });
  commands.on('close', () => metrics.connected.set(0));
  commands.on('ready', () => {
    metrics.connected.set(1);
    for (const listener of availableListeners) listener();
  });

  const isAvailable = (): boolean => commands.status === 'ready';

  function onAvailable(listener: () => void): () => void {
    availableListeners.add(listener);
    return () => void availableListeners.delete(listener);
  }

  async function untilAvailable(timeoutMs: number): Promise<void> {
    if (isAvailable()) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const stop = onAvailable(resolve);
    const limit = setTimeout(() => {
      const message = `Redis could not be reached: ${lastError?.message ?? 'it did not answer'}`;
      reject(new Fault('DEPENDENCY_UNAVAILABLE', message, { cause: lastError }));
    }, timeoutMs);
    try {
      await promise;
    } finally {
      clearTimeout(limit);
      stop();
    }
  }

  return {
    metered,
    log,
    service,
    metrics,
    processId: `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`,
    key: (...parts) => [prefix, ...parts].join(':'),
    isAvailable,
    async ready(timeoutMs = defaultReadyTimeoutMs) {
      await untilAvailable(timeoutMs);
      await refuseOldServer(commands);
    },
    onAvailable,
    commands,
    async run(script, keys, args) {
      if (commands.commandQueue.length + commands.autoPipelineQueueSize > maxUnderWay) {
        throw new Fault('DEPENDENCY_OVERLOADED', 'Too many commands wait for Redis');
      }
      try {
        return await commands.evalsha(script.digest, script.keys, ...keys, ...args);
      } catch (error) {
        if (!isUnknownScript(error)) throw error;
        return commands.eval(script.lua, script.keys, ...keys, ...args);
      }
    },
    hearing,
    async close() {
      hearing.close();
      availableListeners.clear();
      commands.disconnect();
    },
  };
}

/** Valkey answers the version of Redis that it is compatible with. */
async function refuseOldServer(commands: Redis): Promise<void> {
  const info = await commands.info('server');
  const version = /^redis_version:(\d+)\.(\d+)/m.exec(info);
  if (!version) return;
  const [major, minor] = [Number(version[1]), Number(version[2])];
  if (major > oldestVersion[0] || (major === oldestVersion[0] && minor >= oldestVersion[1])) return;
  throw new Error(
    `Redis ${major}.${minor} is too old: ${oldestVersion.join('.')} or newer is needed (or Valkey).`,
  );
}
