// size: two levels over two processes, with and without a server
import { randomUUID } from 'node:crypto';
import type { Cache } from '@mkt/service-kit';
import { gate, poll } from '@mkt/service-kit/testing/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createRedisCache, type RedisCacheOptions, type RedisConnections } from '../src/index.ts';
import { connectTestRedis, startTestRedis, type TestRedis } from '../src/testing/index.ts';

const minuteMs = 60_000;
let server: TestRedis;
beforeAll(async () => {
  server = await startTestRedis();
});
afterAll(() => server.stop());

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

interface Process {
  readonly redis: RedisConnections;
  readonly cache: Cache;
  readonly metrics: Awaited<ReturnType<typeof connectTestRedis>>['metrics'];
  readonly meter: Awaited<ReturnType<typeof connectTestRedis>>['meter'];
}

/** One process's cache of a service; those of one prefix share it. */
async function startProcess(
  keyPrefix: string,
  options: Partial<RedisCacheOptions> = {},
  url = server.url,
): Promise<Process> {
  const connection = await connectTestRedis(url, { keyPrefix, commandTimeoutMs: 400 });
  const cache = createRedisCache(connection.redis, {
    service: 'product',
    maxLocalEntries: 100,
    ...options,
  });
  closing.push(async () => {
    await cache.close();
    await connection.redis.close();
  });
  await poll(() => connection.redis.hearing.isComplete());
  return { ...connection, cache };
}

const twoProcesses = (options: Partial<RedisCacheOptions> = {}, url = server.url) => {
  const prefix = `test-${randomUUID()}`;
  return Promise.all([startProcess(prefix, options, url), startProcess(prefix, options, url)]);
};

const look = ({ cache }: Process, key: string): Promise<unknown> =>
  cache.getOrLoad(key, minuteMs, async () => 'loaded again');

async function keysOf({ redis }: Process): Promise<string[]> {
  const found: string[] = [];
  let cursor = '0';
  do {
    const [next, keys] = await redis.commands.scan(
      cursor,
      'MATCH',
      `${redis.key()}*`,
      'COUNT',
      500,
    );
    found.push(...keys);
    cursor = next;
  } while (cursor !== '0');
  return found;
}

describe('a value', () => {
  test('that one process loaded is known to the other, for the time that is left of it', async () => {
    const [a, b] = await twoProcesses();
    await a.cache.getOrLoad('p1', 400, async () => 'loaded');
    const before = performance.now();
    expect(await look(b, 'p1')).toBe('loaded');
    // B's own copy ends with the shared one, not a full lifetime after B took it.
    await poll(async () => (await look(b, 'p1')) === 'loaded again');
    expect(performance.now() - before).toBeLessThan(450);
  });

  test('is asked of Redis with one command, and not at all while this process has it', async () => {
    const [a, b] = await twoProcesses();
    await a.cache.getOrLoad('p1', minuteMs, async () => 'loaded');
    b.meter.drain();
    for (let time = 0; time < 10; time += 1) await look(b, 'p1');
    expect(b.meter.drain()).toEqual([{ meter: 'redis.commands', vendorId: null, amount: 1 }]);
  });

  test('that is large lies compressed, and comes back as it was', async () => {
    const [a, b] = await twoProcesses({ compressAboveBytes: 1_000 });
    const large = Array.from({ length: 500 }, (_, at) => ({ at, name: 'Größe 42' }));
    await a.cache.getOrLoad('large', minuteMs, async () => large);
    await a.cache.getOrLoad('small', minuteMs, async () => 'small');
    const size = await a.redis.commands.strlen(a.redis.key('cache', 'product', 'value', 'large'));
    expect(size).toBeGreaterThan(0);
    expect(size).toBeLessThan(JSON.stringify(large).length / 3);
    expect(await look(b, 'large')).toEqual(large);
    expect(await look(b, 'small')).toBe('small');
  });

  test('that is too large, or has no form in JSON, stays in its process', async () => {
    const [a, b] = await twoProcesses({ maxSharedBytes: 100 });
    const noise = Array.from({ length: 50 }, () => randomUUID()).join('');
    expect(await a.cache.getOrLoad('noise', minuteMs, async () => noise)).toBe(noise);
    expect(await a.cache.getOrLoad('none', minuteMs, async () => undefined)).toBeUndefined();
    expect(await look(a, 'noise')).toBe(noise);
    expect(await look(b, 'noise')).toBe('loaded again');
    expect(await look(b, 'none')).toBe('loaded again');
  });

  test('that somebody else wrote in our place is loaded again', async () => {
    const [a] = await twoProcesses();
    for (const [at, rubbish] of ['', 'x', 'z 0-0 99999999999999\nrubbish', 'p 0-0\n{'].entries()) {
      await a.redis.commands.set(
        a.redis.key('cache', 'product', 'value', `r${at}`),
        rubbish,
        'EX',
        60,
      );
      expect(await look(a, `r${at}`)).toBe('loaded again');
    }
  });

  test('and everything else that is stored goes by itself: no key is without an end', async () => {
    const [a, b] = await twoProcesses();
    await Promise.all(
      Array.from({ length: 50 }, (_, at) =>
        (at % 2 ? a : b).cache.getOrLoad(`k${at}`, minuteMs, async () => at),
      ),
    );
    const opened = gate();
    const loading = a.cache.getOrLoad('slow', 30 * 24 * 3_600_000, async () => opened.passed);
    await a.cache.delete('k1');
    await b.cache.deletePrefix('k2');
    const keys = await keysOf(a);
    expect(keys.length).toBeGreaterThan(40);
    const lifetimes = await Promise.all(keys.map((key) => a.redis.commands.pttl(key)));
    expect(lifetimes.filter((ms) => ms < 0)).toEqual([]);
    opened.open();
    await loading;
  });
});

describe('forgetting in one process', () => {
  test.each(['delete', 'deletePrefix'] as const)(
    'by %s reaches the others’ memory',
    async (forget) => {
      const [a, b] = await twoProcesses();
      await a.cache.getOrLoad('p:1', minuteMs, async () => 'old');
      await look(b, 'p:1');
      await a.cache[forget]('p:1');
      await poll(async () => (await look(b, 'p:1')) === 'loaded again', 1_000);
    },
  );

  test.each(['delete', 'deletePrefix'] as const)(
    'by %s voids what another was loading: it may be stale',
    async (forget) => {
      const [a, b, c] = (await (async () => {
        const prefix = `test-${randomUUID()}`;
        return Promise.all([1, 2, 3].map(() => startProcess(prefix, { loadWaitMs: 200 })));
      })()) as [Process, Process, Process];
      const opened = gate();
      const load = vi.fn(() => opened.passed.then(() => 'stale'));
      const early = a.cache.getOrLoad('p:1', minuteMs, load);
      await poll(() => load.mock.calls.length > 0);
      await b.cache[forget]('p:1');
      opened.open();
      expect(await early).toBe('stale');
      expect(await look(c, 'p:1')).toBe('loaded again');
      expect(await look(b, 'p:1')).toBe('loaded again');
    },
  );

  test('holds for whoever starts later, and for who could not hear it', async () => {
    const prefix = `test-${randomUUID()}`;
    const a = await startProcess(prefix);
    await a.cache.getOrLoad('p:1', minuteMs, async () => 'old');
    await a.cache.getOrLoad('q:1', minuteMs, async () => 'kept');
    const b = await startProcess(prefix, { localTtlMs: 1 });
    b.redis.hearing.close();
    await a.cache.deletePrefix('p:');
    const c = await startProcess(prefix);
    for (const late of [b, c]) {
      expect(await look(late, 'q:1')).toBe('kept');
      expect(await look(late, 'p:1')).toBe('loaded again');
    }
  });

  test('does not trust what was read before the oldest of very many', async () => {
    const [a, b] = await twoProcesses({ maxLocalEntries: 1 });
    await a.cache.getOrLoad('p1', minuteMs, async () => 'old');
    await Promise.all(Array.from({ length: 1_300 }, (_, at) => a.cache.delete(`other:${at}`)));
    expect(await look(b, 'p1')).toBe('loaded again');
    await a.cache.getOrLoad('p2', minuteMs, async () => 'new');
    expect(await look(b, 'p2')).toBe('new');
  });
});

describe('many processes that miss at once', () => {
  test('share one load', async () => {
    const prefix = `test-${randomUUID()}`;
    const processes = await Promise.all(Array.from({ length: 4 }, () => startProcess(prefix)));
    const opened = gate();
    const load = vi.fn(() => opened.passed.then(() => 'loaded'));
    const asked = processes.flatMap(({ cache }) =>
      Array.from({ length: 5 }, () => cache.getOrLoad('p1', minuteMs, load)),
    );
    await poll(() => load.mock.calls.length > 0);
    opened.open();
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['loaded']));
    expect(load).toHaveBeenCalledTimes(1);
  });

  test('wait for the loader only so long, and then load themselves', async () => {
    const [a, b] = await twoProcesses({ loadWaitMs: 100 });
    const never = gate();
    const stuck = a.cache.getOrLoad('p1', minuteMs, () => never.passed);
    await poll(async () => (await keysOf(a)).some((key) => key.includes(':lock:')));
    expect(await look(b, 'p1')).toBe('loaded again');
    never.open();
    await stuck;
  });

  test('do not wait for a loader that failed', async () => {
    const [a, b] = await twoProcesses({ loadWaitMs: 30_000 });
    const opened = gate();
    const failing = a.cache.getOrLoad('p1', minuteMs, () =>
      opened.passed.then(() => Promise.reject(new Error('no source'))),
    );
    const outcome = Promise.allSettled([failing]);
    await poll(async () => (await keysOf(a)).some((key) => key.includes(':lock:')));
    const other = look(b, 'p1');
    opened.open();
    expect((await outcome)[0]).toMatchObject({ status: 'rejected' });
    expect(await other).toBe('loaded again');
  });
});

describe('without Redis', () => {
  let own: TestRedis;
  const startOwn = async () => {
    own = await startTestRedis();
    closing.push(() => own.stop());
    return own;
  };
  const fallbacks = async ({ metrics }: Process): Promise<number> =>
    (await metrics.registry.getSingleMetric('redis_fallbacks_total')?.get())?.values[0]?.value ?? 0;

  test('every caller gets its value, from this process or loaded', async () => {
    const { url } = await startOwn();
    const [a] = await twoProcesses({ localTtlMs: minuteMs }, url);
    await a.cache.getOrLoad('known', minuteMs, async () => 'known');
    await own.kill();
    await poll(() => !a.redis.isAvailable());
    expect(await look(a, 'known')).toBe('known');
    const load = vi.fn(async () => 'loaded alone');
    expect(await a.cache.getOrLoad('p2', minuteMs, load)).toBe('loaded alone');
    expect(await a.cache.getOrLoad('p2', minuteMs, load)).toBe('loaded alone');
    expect(load).toHaveBeenCalledTimes(1);
    expect(await fallbacks(a)).toBe(1);
    await a.cache.delete('known');
    await a.cache.deletePrefix('p');
    expect(await look(a, 'known')).toBe('loaded again');
    expect(await look(a, 'p2')).toBe('loaded again');
  });

  test('callers do not wait for one that hangs', async () => {
    const { url } = await startOwn();
    const [a] = await twoProcesses({ answerWithinMs: 100 }, url);
    own.hang();
    const before = performance.now();
    expect(await look(a, 'p1')).toBe('loaded again');
    expect(performance.now() - before).toBeLessThan(400);
    await poll(() => !a.redis.isAvailable());
    const after = performance.now();
    expect(await look(a, 'p2')).toBe('loaded again');
    expect(performance.now() - after).toBeLessThan(50);
    own.goOn();
  });

  test('what was forgotten meanwhile is forgotten everywhere when it is back', async () => {
    own = await startTestRedis({ isDurable: true, args: ['--appendfsync', 'always'] });
    closing.push(() => own.stop());
    const [a, b] = await twoProcesses({ localTtlMs: 1 }, own.url);
    await a.cache.getOrLoad('p1', minuteMs, async () => 'old');
    await a.cache.getOrLoad('p2', minuteMs, async () => 'kept');
    await own.kill();
    await poll(() => !a.redis.isAvailable() && !b.redis.isAvailable());
    await a.cache.delete('p1');
    await own.restart();
    await poll(() => a.redis.isAvailable() && b.redis.isAvailable());
    await poll(async () => (await look(b, 'p1')) === 'loaded again');
    expect(await look(b, 'p2')).toBe('kept');
  });
});
