import { createLogger, createMeter, createMetrics } from '@mkt/service-kit';
import { poll } from '@mkt/service-kit/testing/contracts';
import { afterEach, describe, expect, test } from 'vitest';
import { reconnectDelay } from '../src/client.ts';
import { connectRedis, type RedisConnectionOptions, type RedisConnections } from '../src/index.ts';
import { connectTestRedis, startTestRedis, type TestRedis } from '../src/testing/index.ts';

const servers: TestRedis[] = [];
const opened: RedisConnections[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((redis) => redis.close()));
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function startServer(...args: Parameters<typeof startTestRedis>): Promise<TestRedis> {
  const server = await startTestRedis(...args);
  servers.push(server);
  return server;
}

async function connect(url: string, options: Partial<RedisConnectionOptions> = {}) {
  const connection = await connectTestRedis(url, options);
  opened.push(connection.redis);
  return connection;
}

/** Begins to connect, to whatever is there or not. */
function begin(url: string, options: Partial<RedisConnectionOptions> = {}): RedisConnections {
  const redis = connectRedis({
    url,
    metered: false,
    log: createLogger('silent'),
    meter: createMeter(),
    metrics: createMetrics(),
    ...options,
  });
  opened.push(redis);
  return redis;
}

const elapsedMs = async (work: () => Promise<unknown>): Promise<number> => {
  const before = performance.now();
  await work().catch(() => {});
  return performance.now() - before;
};

describe('connections', () => {
  test('count as many commands as the server says it was given', async () => {
    const server = await startServer();
    const { redis, meter } = await connect(server.url);
    const commandsAtServer = async (): Promise<number> => {
      const stats = await redis.commands.info('commandstats');
      return [...stats.matchAll(/calls=(\d+)/g)].reduce((sum, [, calls]) => sum + Number(calls), 0);
    };
    const before = await commandsAtServer();
    meter.drain();
    await Promise.all(
      Array.from({ length: 200 }, (_, at) => redis.commands.set(`k${at}`, at, 'EX', 60)),
    );
    const [count] = meter.drain();
    expect(count).toEqual({ meter: 'redis.commands', vendorId: null, amount: 200 });
    // The first look itself is counted by the second.
    expect((await commandsAtServer()) - before).toBe(201);
  });

  test('fail commands at once while the server is gone, and come back by themselves', async () => {
    const server = await startServer();
    const { redis, metrics } = await connect(server.url);
    const connected = async (): Promise<number | undefined> =>
      (await metrics.registry.getSingleMetric('redis_connected')?.get())?.values[0]?.value;
    expect(await connected()).toBe(1);
    await server.kill();
    await poll(() => !redis.isAvailable());
    expect(await connected()).toBe(0);
    expect(await elapsedMs(() => redis.commands.get('a'))).toBeLessThan(50);
    await expect(redis.commands.get('a')).rejects.toThrow();
    await server.restart();
    await poll(() => redis.isAvailable());
    expect(await connected()).toBe(1);
    expect(await redis.commands.get('a')).toBeNull();
  });

  test('give a server up that hangs: the first callers wait a command’s time, later ones not', async () => {
    const server = await startServer();
    const { redis } = await connect(server.url, { commandTimeoutMs: 300 });
    server.hang();
    const first = await elapsedMs(() => redis.commands.get('a'));
    expect(first).toBeGreaterThan(250);
    expect(first).toBeLessThan(1_000);
    await poll(() => !redis.isAvailable());
    expect(await elapsedMs(() => redis.commands.get('a'))).toBeLessThan(50);
    server.goOn();
    await poll(() => redis.isAvailable());
    expect(await redis.commands.get('a')).toBeNull();
  });

  test('refuse more commands than they can keep, while a server is slow', async () => {
    const server = await startServer();
    const { redis } = await connect(server.url, { commandTimeoutMs: 2_000 });
    const script = { lua: 'return 1', keys: 0, digest: 'e0e1f9fabfc9d4800c877a703b823ac0578ff8db' };
    server.hang();
    const waiting = Array.from({ length: 12_000 }, () => redis.run(script, [], []));
    const outcomes = Promise.allSettled(waiting);
    await expect(redis.run(script, [], [])).rejects.toMatchObject({
      code: 'DEPENDENCY_OVERLOADED',
    });
    server.goOn();
    const refused = (await outcomes).filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeLessThan(2_100);
    expect(refused.length).toBeGreaterThan(1_900);
  });

  test('run a script that the server forgot', async () => {
    const server = await startServer();
    const { redis } = await connect(server.url);
    const script = { lua: 'return 1', keys: 0, digest: 'e0e1f9fabfc9d4800c877a703b823ac0578ff8db' };
    expect(await redis.run(script, [], [])).toBe(1);
    await redis.commands.script('FLUSH');
    expect(await redis.run(script, [], [])).toBe(1);
  });

  test('say why they cannot be made', async () => {
    const server = await startServer({ args: ['--requirepass', 'right'] });
    const url = new URL(server.url);
    url.password = 'wrong';
    await expect(begin(url.href).ready(400)).rejects.toThrow('WRONGPASS');
    url.password = 'right';
    await begin(url.href).ready();
    await expect(begin('redis://127.0.0.1:1').ready(400)).rejects.toThrow('ECONNREFUSED');
  });

  test('keep keys under their prefix, all in one hash slot', async () => {
    const server = await startServer();
    const { redis } = await connect(server.url, { keyPrefix: 'shop' });
    expect(redis.key('rate', 'client', 'a')).toBe('{shop}:rate:client:a');
  });

  test('wait longer between attempts the longer it takes, up to a bound, never all at once', () => {
    const longest = Array.from({ length: 12 }, (_, at) => reconnectDelay(at + 1, 1));
    expect(longest.slice(0, 4)).toEqual([50, 100, 200, 400]);
    expect(Math.max(...longest)).toBe(2_000);
    expect(reconnectDelay(12, 0)).toBe(1_000);
  });
});
