import { uuidv7 } from '@mkt/kernel';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { createRelay, type Relay } from '../src/events/relay.ts';
import {
  createLogger,
  createMeter,
  createMetrics,
  type Database,
  type EventBus,
  platformScope,
} from '../src/index.ts';
import { poll } from '../src/testing/contracts/index.ts';
import { createTestDatabase, type TestDatabase } from '../src/testing/index.ts';
import { sampleMigrationsDir, stockChanged } from './stock-changes.ts';

let database: TestDatabase;
let databases: Database[];
const relays: Relay[] = [];

beforeAll(async () => {
  database = await createTestDatabase(inject('postgresUrl'), [
    { service: 'inventory', migrationsDir: sampleMigrationsDir },
  ]);
  databases = [database.forService('inventory'), database.forService('inventory')];
});
afterAll(() => database.drop());
afterEach(async () => {
  await Promise.all(relays.splice(0).map((relay) => relay.stop()));
  await database.admin('TRUNCATE inventory.outbox');
});

/** A bus that notes what it carries, and takes a moment for it as a network does. */
function notingBus(carried: { aggregateId: string; version: number; by: number }[], by: number) {
  const bus: EventBus = {
    async publish(event) {
      await new Promise((resolve) => setImmediate(resolve));
      carried.push({ aggregateId: event.aggregateId, version: event.aggregateVersion, by });
    },
    subscribe() {},
    onAvailable: () => () => {},
    listen: () => () => {},
    close: async () => {},
  };
  return bus;
}

function relayOf(by: number, bus: EventBus, sweepIntervalMs = 3_600_000): Relay {
  const relay = createRelay({
    service: 'inventory',
    db: databases[by] as Database,
    bus,
    log: createLogger('silent'),
    meter: createMeter(),
    metrics: createMetrics(),
    faultPoint: () => {},
    soleProcess: false,
    sweepIntervalMs,
  });
  relays.push(relay);
  return relay;
}

const waiting = async (): Promise<number> => {
  const found = await database.admin('SELECT 1 FROM inventory.outbox WHERE published_at IS NULL');
  return found.rows.length;
};

async function store(aggregates: readonly string[], versions: number): Promise<void> {
  await databases[0]?.transaction(platformScope, async (tx) => {
    for (let version = 1; version <= versions; version += 1) {
      for (const id of aggregates) tx.emit(stockChanged(id, version));
    }
  });
}

describe('two processes that relay one outbox', () => {
  test('share the work, and never split the events of an aggregate between them', async () => {
    // Interleaved and more than any batch: each claim ends within the events of all of them.
    const aggregates = Array.from({ length: 60 }, () => uuidv7());
    const versions = 12;
    await store(aggregates, versions);
    const carried: { aggregateId: string; version: number; by: number }[] = [];
    const both = [0, 1].map((by) => relayOf(by, notingBus(carried, by)));
    await Promise.all(both.map((relay) => relay.start()));
    await poll(async () => {
      for (const relay of both) relay.nudge();
      return (await waiting()) === 0;
    }, 15_000);
    for (const id of aggregates) {
      const order = carried.filter(({ aggregateId }) => aggregateId === id);
      expect(order.map(({ version }) => version)).toEqual(
        Array.from({ length: versions }, (_, at) => at + 1),
      );
    }
    expect(new Set(carried.map(({ by }) => by))).toEqual(new Set([0, 1]));
  });

  test('take over what the other left when it died, once its lease has ended, unasked', async () => {
    const id = uuidv7();
    await store([id], 2);
    await database.admin(
      `UPDATE inventory.outbox SET lease_until = clock_timestamp() + interval '700 ms'`,
    );
    const carried: { aggregateId: string; version: number; by: number }[] = [];
    const survivor = relayOf(1, notingBus(carried, 1));
    await survivor.start();
    await survivor.idle();
    expect(carried).toEqual([]);
    await poll(() => carried.length === 2);
    expect(carried.map(({ version }) => version)).toEqual([1, 2]);
  });
});
