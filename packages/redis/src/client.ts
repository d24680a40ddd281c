import type { Logger, Meter } from '@mkt/service-kit';
import { Redis, type RedisOptions } from 'ioredis';
import type { RedisAddress } from './address.ts';

export interface ClientOptions {
  readonly address: RedisAddress;
  readonly name: string;
  readonly meter: Meter;
  readonly log: Logger;
  readonly service: string;
  readonly connectTimeoutMs: number;
  readonly commandTimeoutMs: number;
}

const reconnectDelayMs = { first: 50, max: 2_000 };
const keepAliveAfterMs = 10_000;

/** Doubles up to its bound, and spreads: processes must not all come back in one instant. */
export function reconnectDelay(attempt: number, random: number = Math.random()): number {
  const longest = Math.min(reconnectDelayMs.max, reconnectDelayMs.first * 2 ** (attempt - 1));
  return Math.ceil(longest * (0.5 + random / 2));
}

/**
 * One connection that comes back by itself. Without it commands fail at once: what waits here
 * would be sent long after everybody gave up on it. A server that answers nothing for the length
 * of a command's time is taken for gone, so that only the first callers wait for it.
 */
export function openClient(options: ClientOptions, isPipelining = false): Redis {
  const { address, log, meter, service } = options;
  const settings: RedisOptions & { replyMapping: 'legacy' } = {
    replyMapping: 'legacy',
    ...address,
    connectionName: options.name,
    // Two round trips less at each connection; the name above says who it is.
    disableClientInfo: true,
    protocol: 2,
    connectTimeout: options.connectTimeoutMs,
    commandTimeout: options.commandTimeoutMs,
    socketTimeout: options.commandTimeoutMs,
    keepAlive: keepAliveAfterMs,
    noDelay: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    maxLoadingRetryTime: reconnectDelayMs.max,
    retryStrategy: (attempt) => reconnectDelay(attempt),
    enableAutoPipelining: isPipelining,
  };
  const client = new Redis(settings);
  countCommands(client, meter);
  let told = false;
  client.on('error', (error: Error) => {
    // Once per outage, not once per attempt to reconnect.
    if (!told) log.warn({ service, err: error }, 'Redis is out of reach; going on without it');
    told = true;
  });
  client.on('ready', () => {
    if (told) log.info({ service }, 'Redis is back');
    told = false;
  });
  return client;
}

/** Every command that is written to the server counts, those of the handshake too. */
function countCommands(client: Redis, meter: Meter): void {
  const send = client.sendCommand.bind(client);
  client.sendCommand = (...args: Parameters<typeof send>) => {
    const before = client.commandQueue.length;
    const sent = send(...args);
    if (client.commandQueue.length > before) meter.add('redis.commands', 1);
    return sent;
  };
}
