import { type EventEnvelope, inventoryStockChanged, shipmentDelivered } from '@mkt/contracts';
import { uuidv7 } from '@mkt/kernel';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { createSubscription } from '../src/events/consumer.ts';
import {
  type Consumer,
  consume,
  consumeTogether,
  createLogger,
  createMetrics,
  type Database,
  type NewEvent,
  newContext,
  runInContext,
  type Tx,
} from '../src/index.ts';
import { sampleEvent } from '../src/testing/contracts/index.ts';
import { createTestDatabase, type TestDatabase } from '../src/testing/index.ts';
import { sampleMigrationsDir } from './stock-changes.ts';

let database: TestDatabase;
let db: Database;
/** What the consumer does with an event besides noting it. */
let alsoDo: (tx: Tx, event: EventEnvelope) => Promise<void>;
let transactions: number;

beforeAll(async () => {
  database = await createTestDatabase(inject('postgresUrl'), [
    { service: 'search', migrationsDir: sampleMigrationsDir },
  ]);
  db = database.forService('search');
});
afterAll(() => database.drop());
beforeEach(() => {
  alsoDo = async () => {};
  transactions = 0;
});
afterEach(async () => {
  await database.admin('TRUNCATE search.inbox, search.dead_letters, search.notes, search.outbox');
});

/** Counts the transactions that consumers begin. */
function counting(): Database {
  return {
    ...db,
    transaction: (scope, work) => {
      transactions += 1;
      return db.transaction(scope, work);
    },
  };
}

const subscription = (consumers?: Consumer[]) =>
  createSubscription({
    service: 'search',
    db: counting(),
    log: createLogger('silent'),
    metrics: createMetrics(),
    retries: { defectMs: [1, 1], outageMs: [1, 1] },
    sweepIntervalMs: 3_600_000,
    consumers: consumers ?? [
      consume(inventoryStockChanged, async (tx, event) => {
        await tx.query('INSERT INTO notes (id, vendor_id, body, version) VALUES ($1, $2, $3, 1)', [
          uuidv7(),
          event.aggregateId,
          event.id,
        ]);
        await alsoDo(tx, event);
      }),
    ],
  });

async function column(sql: string): Promise<unknown[]> {
  return (await database.admin(sql)).rows.map((row) => Object.values(row)[0]);
}
const noted = () => column('SELECT body FROM search.notes ORDER BY id');

const deliver = (events: readonly EventEnvelope[]): Promise<unknown> => {
  const { handle } = subscription();
  return Promise.all(events.map((event) => handle(event)));
};

test('events that come together share one transaction, in their order', async () => {
  const events = Array.from({ length: 12 }, () => sampleEvent());
  await deliver(events);
  expect(await noted()).toEqual(events.map(({ id }) => id));
  expect(await column('SELECT event_id FROM search.inbox')).toHaveLength(12);
  expect(transactions).toBe(1);
});

test('the same event twice in one transaction is applied once', async () => {
  const event = sampleEvent();
  await deliver([event, event, event]);
  expect(await noted()).toEqual([event.id]);
});

test('one that cannot be applied is parked, and those that came with it are applied', async () => {
  const events = Array.from({ length: 5 }, () => sampleEvent());
  const poison = events[2]?.id;
  alsoDo = async (_, event) => {
    if (event.id === poison) throw new Error('cannot be applied');
  };
  await deliver(events);
  const applied = events.map(({ id }) => id).filter((id) => id !== poison);
  expect(new Set(await noted())).toEqual(new Set(applied));
  expect(await column('SELECT event_id FROM search.dead_letters')).toEqual([poison]);
  expect(await column('SELECT event_id FROM search.inbox')).not.toContain(poison);
});

test('what one event sets off names that event as its cause, and goes on with its trace', async () => {
  const events = Array.from({ length: 4 }, () => {
    const { traceparent, correlationId } = newContext();
    return sampleEvent(inventoryStockChanged, { traceparent, correlationId });
  });
  alsoDo = async (tx, event) => {
    const effect = {
      contract: shipmentDelivered,
      aggregateId: event.aggregateId,
      aggregateVersion: 1,
      vendorId: null,
      payload: shipmentDelivered.sample,
    };
    tx.emit(effect as unknown as NewEvent);
  };
  await runInContext(newContext(), () => deliver(events));
  const { rows } = await database.admin(
    'SELECT aggregate_id, causation_id, correlation_id, traceparent FROM search.outbox',
  );
  for (const event of events) {
    const row = rows.find((one) => one['aggregate_id'] === event.aggregateId);
    expect(row).toMatchObject({ causation_id: event.id, correlation_id: event.correlationId });
    expect(row?.['traceparent'].slice(0, 35)).toBe(event.traceparent?.slice(0, 35));
  }
});

test('a consumer of many gets each of them once, in order, and alone where together they fail', async () => {
  const events = Array.from({ length: 6 }, () => sampleEvent());
  const poison = events[4]?.id;
  const runs: string[][] = [];
  const { handle } = subscription([
    consumeTogether(inventoryStockChanged, async (tx, together) => {
      runs.push(together.map(({ id }) => id));
      if (together.some(({ id }) => id === poison)) throw new Error('cannot be applied');
      await tx.query(
        `INSERT INTO notes (id, vendor_id, body, version)
         SELECT id, id, id::text, 1 FROM unnest($1::uuid[]) AS e(id)`,
        [together.map(({ id }) => id)],
      );
    }),
  ]);
  await Promise.all([...events, ...events.slice(0, 2)].map(handle));
  expect(runs[0]).toEqual(events.map(({ id }) => id));
  expect(runs.slice(1).every((run) => run.length === 1)).toBe(true);
  const applied = events.map(({ id }) => id).filter((id) => id !== poison);
  expect(new Set(await noted())).toEqual(new Set(applied));
  expect(await column('SELECT event_id FROM search.dead_letters')).toEqual([poison]);
});
