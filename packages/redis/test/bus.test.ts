// size: one promise of the bus per test, over two processes, with the server there or gone
import { randomUUID } from 'node:crypto';
import { type EventEnvelope, inventoryStockChanged, shipmentDelivered } from '@mkt/contracts';
import { uuidv7 } from '@mkt/kernel';
import type { EventBus } from '@mkt/service-kit';
import { gate, poll, sampleEvent } from '@mkt/service-kit/testing/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createRedisBus, type RedisBusOptions, type RedisConnections } from '../src/index.ts';
import { connectTestRedis, startTestRedis, type TestRedis } from '../src/testing/index.ts';

const stock = inventoryStockChanged.type;
let shared: TestRedis;
beforeAll(async () => {
  shared = await startTestRedis();
});
afterAll(() => shared.stop());

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

interface Process {
  readonly redis: RedisConnections;
  readonly bus: EventBus;
  readonly metrics: Awaited<ReturnType<typeof connectTestRedis>>['metrics'];
  readonly meter: Awaited<ReturnType<typeof connectTestRedis>>['meter'];
  /** Ends without a word, as a killed process does. */
  die(): Promise<void>;
}

const quick: RedisBusOptions = {
  timing: { leaseMs: 400, idleMinMs: 50, idleMaxMs: 200, standbyMaxMs: 100 },
  retryDelayMs: { first: 5, max: 50 },
};

async function startProcess(
  keyPrefix: string,
  options: RedisBusOptions = quick,
  { url = shared.url, metered = false } = {},
): Promise<Process> {
  const connection = await connectTestRedis(url, { keyPrefix, metered, commandTimeoutMs: 500 });
  const bus = createRedisBus(connection.redis, options);
  closing.push(async () => {
    await bus.close();
    await connection.redis.close();
  });
  return { ...connection, bus, die: () => connection.redis.close() };
}

const freshPrefix = (): string => `test-${randomUUID()}`;

function record(bus: EventBus, consumer = 'search', types = [stock]): EventEnvelope[] {
  const seen: EventEnvelope[] = [];
  bus.subscribe({ consumer, types, handle: async (event) => void seen.push(event) });
  return seen;
}

const numbered = (aggregateId: string, aggregateVersion: number): EventEnvelope =>
  sampleEvent(inventoryStockChanged, { aggregateId, aggregateVersion });

const versionsOf = (seen: readonly EventEnvelope[], aggregateId: string): number[] =>
  seen.filter((event) => event.aggregateId === aggregateId).map((event) => event.aggregateVersion);

const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1);

const pending = async ({ redis }: Process): Promise<number> => {
  const groups = (await redis.commands.xinfo('GROUPS', redis.key('bus', 'events'))) as unknown[][];
  return groups.reduce((sum, group) => sum + Number(group[group.indexOf('pending') + 1]), 0);
};

const deadLetters = ({ redis }: Process) =>
  redis.commands.xrange(redis.key('bus', 'dead-letters'), '-', '+');

describe('two processes of one consumer', () => {
  test('handle each event once, and keep the order of each aggregate', async () => {
    const prefix = freshPrefix();
    const both = await Promise.all([startProcess(prefix), startProcess(prefix)]);
    const seen: EventEnvelope[] = [];
    for (const { bus } of both) {
      bus.subscribe({
        consumer: 'search',
        types: [stock],
        async handle(event) {
          for (let turn = event.aggregateVersion % 5; turn < 5; turn += 1) await nextTurn();
          seen.push(event);
        },
      });
    }
    const aggregates = upTo(20).map(() => uuidv7());
    for (const version of upTo(30)) {
      await Promise.all(
        aggregates.map(async (id, at) => both[at % 2]?.bus.publish(numbered(id, version))),
      );
    }
    await poll(() => seen.length >= 600, 10_000);
    for (const id of aggregates) expect(versionsOf(seen, id)).toEqual(upTo(30));
    await poll(async () => (await pending(both[0] as Process)) === 0);
  });

  test('take over where the other died, oldest first, before anything newer', async () => {
    const prefix = freshPrefix();
    const [dying, publisher] = await Promise.all([startProcess(prefix), startProcess(prefix)]);
    const id = uuidv7();
    const never = gate();
    const begun: number[] = [];
    dying.bus.subscribe({
      consumer: 'search',
      types: [stock],
      async handle(event) {
        begun.push(event.aggregateVersion);
        if (event.aggregateVersion === 3) await never.passed;
      },
    });
    for (const version of upTo(5)) await publisher.bus.publish(numbered(id, version));
    await poll(() => begun.length === 3);
    await dying.die();
    for (const version of [6, 7]) await publisher.bus.publish(numbered(id, version));
    const survivor = await startProcess(prefix);
    const seen = record(survivor.bus);
    await poll(() => versionsOf(seen, id).includes(7));
    // What had been handled and not acknowledged yet may come again; nothing is left out.
    expect(versionsOf(seen, id).slice(-5)).toEqual([3, 4, 5, 6, 7]);
    never.open();
  });

  test('hand over at once when one ends well', async () => {
    const prefix = freshPrefix();
    const slowLease = {
      ...quick,
      timing: { ...quick.timing, leaseMs: 60_000, standbyMaxMs: 60_000 },
    };
    const first = await startProcess(prefix, slowLease);
    const seenByFirst = record(first.bus);
    await first.bus.publish(sampleEvent());
    await poll(() => seenByFirst.length === 1);
    const second = await startProcess(prefix, slowLease);
    const seen = record(second.bus);
    await poll(() => second.redis.hearing.isComplete());
    await first.bus.close();
    await second.bus.publish(sampleEvent());
    await poll(() => seen.length === 1);
  });

  test('leave no name behind when another takes their place', async () => {
    const prefix = freshPrefix();
    const names = async ({ redis }: Process): Promise<unknown[]> => {
      const key = redis.key('bus', 'events');
      const [group] = (await redis.commands.xinfo('GROUPS', key)) as unknown[][];
      const all = await redis.commands.xinfo('CONSUMERS', key, String(group?.[1]));
      return (all as unknown[][]).map((consumer) => consumer[1]);
    };
    for (const _deploy of upTo(3)) {
      const one = await startProcess(prefix);
      const seen = record(one.bus);
      await one.bus.publish(sampleEvent());
      await poll(() => seen.length > 0);
      expect(await names(one)).toHaveLength(1);
      await one.bus.close();
    }
  });

  test('a process that comes back under its name goes on at once', async () => {
    const prefix = freshPrefix();
    const named: RedisBusOptions = {
      ...quick,
      identity: 'order-0',
      timing: { ...quick.timing, leaseMs: 60_000 },
    };
    const first = await startProcess(prefix, named);
    const never = gate();
    let hasBegun = false;
    first.bus.subscribe({
      consumer: 'search',
      types: [stock],
      async handle() {
        hasBegun = true;
        await never.passed;
      },
    });
    const event = sampleEvent();
    await first.bus.publish(event);
    await poll(() => hasBegun);
    await first.die();
    const again = await startProcess(prefix, named);
    const seen = record(again.bus);
    await poll(() => seen.length === 1);
    expect(seen).toEqual([event]);
    never.open();
  });
});

describe('an event', () => {
  test('from before its consumer’s first start is not lost', async () => {
    const prefix = freshPrefix();
    const { bus } = await startProcess(prefix);
    const early = [sampleEvent(), sampleEvent()];
    for (const event of early) await bus.publish(event);
    const seen = record(bus);
    await poll(() => seen.length === 2);
    expect(seen).toEqual(early);
  });

  test('that only a newer version of the consumer wants is not lost to the older one', async () => {
    const prefix = freshPrefix();
    const [older, newer] = await Promise.all([startProcess(prefix), startProcess(prefix)]);
    const seenByOlder = record(older.bus, 'search', [stock]);
    const delivered = sampleEvent(shipmentDelivered);
    await older.bus.publish(delivered);
    const marker = sampleEvent();
    await older.bus.publish(marker);
    await poll(() => seenByOlder.length === 1);
    const seen = record(newer.bus, 'search', [stock, shipmentDelivered.type]);
    await poll(() => seen.some(({ id }) => id === delivered.id));
  });

  test('of another type costs a consumer nothing: it is not even sent', async () => {
    const { bus, meter, redis } = await startProcess(freshPrefix(), {
      timing: { idleMinMs: 60_000, idleMaxMs: 60_000, deafMaxMs: 60_000 },
    });
    const seen = record(bus);
    await bus.publish(sampleEvent());
    await poll(async () => seen.length === 1 && (await pendingIsZero(redis)));
    meter.drain();
    for (let at = 0; at < 20; at += 1) await bus.publish(sampleEvent(shipmentDelivered));
    expect(meter.drain()).toEqual([{ meter: 'redis.commands', vendorId: null, amount: 20 }]);
    await bus.publish(sampleEvent());
    await poll(() => seen.length === 2);
  });

  test('is found when the message that announces it was lost', async () => {
    const { bus, redis } = await startProcess(freshPrefix());
    const seen = record(bus);
    await poll(() => redis.hearing.isComplete());
    redis.hearing.close();
    await bus.publish(sampleEvent());
    await poll(() => seen.length === 1);
  });

  test('stays in a bounded stream, and what a consumer missed by it is reported', async () => {
    const prefix = freshPrefix();
    const { bus, redis, metrics } = await startProcess(prefix, { ...quick, maxEntries: 200 });
    const first = record(bus);
    await bus.publish(sampleEvent());
    await poll(() => first.length === 1);
    await bus.close();
    const late = await startProcess(prefix, { ...quick, maxEntries: 200 });
    await Promise.all(upTo(1_000).map(() => late.bus.publish(sampleEvent())));
    expect(await redis.commands.xlen(redis.key('bus', 'events'))).toBeLessThan(400);
    record(late.bus);
    await poll(async () => {
      const found = await late.metrics.registry.getSingleMetric('bus_trimmed_unread_total')?.get();
      return found?.values[0]?.value === 1;
    });
    const before = await metrics.registry.getSingleMetric('bus_trimmed_unread_total')?.get();
    expect(before?.values).toEqual([]);
  });
});

describe('an event that a consumer cannot deal with', () => {
  const poison = uuidv7();

  function subscribeFailing(bus: EventBus, failsFor: (event: EventEnvelope) => boolean) {
    const tries: EventEnvelope[] = [];
    const applied: EventEnvelope[] = [];
    bus.subscribe({
      consumer: 'search',
      types: [stock],
      async handle(event) {
        tries.push(event);
        if (failsFor(event)) throw new Error('cannot be');
        applied.push(event);
      },
    });
    return { tries, applied };
  }

  test('is set aside after its tries when others succeed; its aggregate goes on', async () => {
    const process = await startProcess(freshPrefix(), { ...quick, maxTries: 3 });
    const { tries, applied } = subscribeFailing(
      process.bus,
      (event) => event.aggregateId === poison && event.aggregateVersion === 1,
    );
    await process.bus.publish(numbered(poison, 1));
    await process.bus.publish(numbered(poison, 2));
    await poll(() => tries.length >= 1);
    await process.bus.publish(sampleEvent());
    await poll(() => versionsOf(applied, poison).includes(2));
    const [letter] = await deadLetters(process);
    const fields = letter?.[1] ?? [];
    expect(fields).toContain('search');
    expect(fields).toContain('Error: cannot be');
    expect(JSON.parse(fields[fields.indexOf('e') + 1] as string)).toMatchObject({
      aggregateId: poison,
      aggregateVersion: 1,
    });
    const counted = await process.metrics.registry.getSingleMetric('bus_dead_letters_total')?.get();
    expect(counted?.values).toMatchObject([{ value: 1, labels: { consumer: 'search' } }]);
    await poll(async () => (await pending(process)) === 0);
  });

  test('waits, with all others, while nothing succeeds: that is the store, not the event', async () => {
    const process = await startProcess(freshPrefix(), { ...quick, maxTries: 3 });
    let isStoreAway = true;
    const { tries, applied } = subscribeFailing(process.bus, () => isStoreAway);
    const events = [numbered(poison, 1), numbered(poison, 2), sampleEvent()];
    for (const event of events) await process.bus.publish(event);
    await poll(() => tries.length > 12);
    expect(await deadLetters(process)).toEqual([]);
    isStoreAway = false;
    await poll(() => applied.length === 3);
    expect(versionsOf(applied, poison)).toEqual([1, 2]);
    expect(await deadLetters(process)).toEqual([]);
  });

  test('and that ends every process which takes it is set aside too', async () => {
    const prefix = freshPrefix();
    const options = { ...quick, identity: 'order-0', maxTries: 3 };
    const event = numbered(poison, 1);
    for (const life of upTo(4)) {
      const doomed = await startProcess(prefix, options);
      const { promise, resolve } = Promise.withResolvers<void>();
      doomed.bus.subscribe({
        consumer: 'search',
        types: [stock],
        handle: () => {
          resolve();
          return new Promise(() => {});
        },
      });
      if (life === 1) await doomed.bus.publish(event);
      const set = poll(async () => (await deadLetters(doomed)).length === 1).then(
        () => 'set aside',
      );
      const outcome = await Promise.race([promise.then(() => 'died'), set.catch(() => 'stuck')]);
      expect(outcome).toBe(life < 4 ? 'died' : 'set aside');
      closing.pop();
      await doomed.die();
    }
  });

  test('is set aside when it is no event at all', async () => {
    const process = await startProcess(freshPrefix());
    const seen = record(process.bus);
    await process.redis.commands.xadd(
      process.redis.key('bus', 'events'),
      ...['*', 't', stock, 'e', '{"broken'],
    );
    await process.bus.publish(sampleEvent());
    await poll(() => seen.length === 1);
    await poll(async () => (await deadLetters(process)).length === 1);
  });
});

describe('when Redis', () => {
  let own: TestRedis;
  const startOwn = async (): Promise<TestRedis> => {
    own = await startTestRedis();
    closing.push(() => own.stop());
    return own;
  };

  test('is gone, publishing is refused at once; what comes after its return arrives', async () => {
    const { url } = await startOwn();
    const { bus, redis } = await startProcess('test', quick, { url });
    const seen = record(bus);
    await bus.publish(sampleEvent());
    await poll(() => seen.length === 1);
    await own.kill();
    await poll(() => !redis.isAvailable());
    let isTold = false;
    bus.onAvailable(() => {
      isTold = true;
    });
    const before = performance.now();
    await expect(bus.publish(sampleEvent())).rejects.toMatchObject({
      code: 'DEPENDENCY_UNAVAILABLE',
    });
    expect([performance.now() - before < 200, isTold]).toEqual([true, false]);
    // It comes back empty: stream, group and lease are made again.
    await own.restart();
    await poll(() => isTold);
    const event = sampleEvent();
    await bus.publish(event);
    await poll(() => seen.length === 2);
    expect(seen[1]).toEqual(event);
  });

  test('hangs, publishing is refused within a command’s time and nothing is lost after', async () => {
    const { url } = await startOwn();
    const { bus, redis } = await startProcess('test', quick, { url });
    const seen = record(bus);
    const first = sampleEvent();
    await bus.publish(first);
    await poll(() => seen.length === 1);
    own.hang();
    const before = performance.now();
    const unsure = sampleEvent();
    await expect(bus.publish(unsure)).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
    expect(performance.now() - before).toBeLessThan(1_500);
    await poll(() => !redis.isAvailable());
    own.goOn();
    await poll(() => redis.isAvailable());
    // The outbox publishes again what was refused, though it may have arrived.
    await bus.publish(unsure);
    await poll(() => seen.some(({ id }) => id === unsure.id));
  });

  test('goes away while events are handled, they are still acknowledged or come again', async () => {
    own = await startTestRedis({ isDurable: true, args: ['--appendfsync', 'always'] });
    closing.push(() => own.stop());
    const process = await startProcess('test', quick, { url: own.url });
    const opened = gate();
    const seen: EventEnvelope[] = [];
    process.bus.subscribe({
      consumer: 'search',
      types: [stock],
      async handle(event) {
        await opened.passed;
        seen.push(event);
      },
    });
    const events = upTo(10).map(() => sampleEvent());
    for (const event of events) await process.bus.publish(event);
    await own.kill();
    await poll(() => !process.redis.isAvailable());
    opened.open();
    await own.restart();
    await poll(() => process.redis.isAvailable());
    await poll(() => events.every(({ id }) => seen.some((event) => event.id === id)));
    await poll(async () => (await pending(process)) === 0);
  });
});

test('who listens in another process hears it live', async () => {
  const prefix = freshPrefix();
  const [publisher, gateway] = await Promise.all([startProcess(prefix), startProcess(prefix)]);
  const heard: EventEnvelope[] = [];
  gateway.bus.listen([stock], (event) => heard.push(event));
  await poll(() => gateway.redis.hearing.isComplete());
  const event = sampleEvent();
  await publisher.bus.publish(event);
  await publisher.bus.publish(sampleEvent(shipmentDelivered));
  await poll(() => heard.length === 1);
  expect(heard).toEqual([event]);
});

test('nothing that the bus stores is without an end', async () => {
  const process = await startProcess(freshPrefix());
  const seen = record(process.bus);
  await process.bus.publish(sampleEvent());
  await poll(() => seen.length === 1);
  const keys = await process.redis.commands.keys(`${process.redis.key()}*`);
  expect(keys.length).toBeGreaterThanOrEqual(2);
  const lifetimes = await Promise.all(keys.map((key) => process.redis.commands.pttl(key)));
  expect(lifetimes.filter((ms) => ms < 0)).toEqual([]);
});

async function pendingIsZero(redis: RedisConnections): Promise<boolean> {
  return (await pending({ redis } as Process)) === 0;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
