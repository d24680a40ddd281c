import { uuidv7 } from '@mkt/kernel';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { createPruning, publishedEvents, receipts } from '../src/events/pruning.ts';
import { createMeter, type Database, type Meter } from '../src/index.ts';
import { createTestDatabase, type TestDatabase } from '../src/testing/index.ts';
import { sampleMigrationsDir } from './stock-changes.ts';

let database: TestDatabase;
let db: Database;
let meter: Meter;

beforeAll(async () => {
  database = await createTestDatabase(inject('postgresUrl'), [
    { service: 'inventory', migrationsDir: sampleMigrationsDir },
  ]);
  meter = createMeter();
  db = database.forService('inventory', undefined, meter);
});
afterAll(() => database.drop());
afterEach(async () => {
  await database.admin('TRUNCATE inventory.outbox, inventory.inbox');
});

const addReceipts = (count: number, ageDays: number) =>
  database.admin(
    `INSERT INTO inventory.inbox (event_id, received_at)
     SELECT gen_random_uuid(), now() - make_interval(days => $2) FROM generate_series(1, $1)`,
    [count, ageDays],
  );
const receiptCount = async (): Promise<number> =>
  (await database.admin('SELECT 1 FROM inventory.inbox')).rows.length;

test('receipts go after more than a month, and no earlier', async () => {
  await addReceipts(3, 40);
  await addReceipts(2, 31);
  await createPruning(db, receipts, 3_600_000).ifDue();
  expect(await receiptCount()).toBe(2);
});

test('published events go after a week; waiting ones never do', async () => {
  await database.admin(
    `INSERT INTO inventory.outbox
       (id, type, version, aggregate_id, aggregate_version, correlation_id, payload, occurred_at,
        published_at)
     SELECT gen_random_uuid(), 'inventory.stock-changed', 1, $1, version, 'c', '{}',
       now() - interval '60 days', published_at
     FROM (VALUES (1, now() - interval '8 days'), (2, now() - interval '6 days'), (3, NULL))
       AS row(version, published_at)`,
    [uuidv7()],
  );
  await createPruning(db, publishedEvents, 3_600_000).ifDue();
  const left = await database.admin(
    'SELECT aggregate_version FROM inventory.outbox ORDER BY aggregate_version',
  );
  expect(left.rows.map((row) => row.aggregate_version)).toEqual([2, 3]);
});

test('a large backlog goes in bounded batches, over several chances', async () => {
  await addReceipts(10_500, 40);
  const pruning = createPruning(db, receipts, 3_600_000);
  await pruning.ifDue();
  expect(await receiptCount()).toBe(500);
  await pruning.ifDue();
  expect(await receiptCount()).toBe(0);
});

test('the database is not asked again before the interval is over', async () => {
  const pruning = createPruning(db, receipts, 3_600_000);
  await pruning.ifDue();
  await addReceipts(1, 40);
  meter.drain();
  await pruning.ifDue();
  expect(meter.drain()).toEqual([]);
  expect(await receiptCount()).toBe(1);
});
