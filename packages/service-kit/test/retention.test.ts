import { newId } from '@mkt/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { startTestService, type TestService } from '../src/testing/index.ts';
import { sampleService } from './sample-service.ts';

describe('rows that nobody asks for any more', () => {
  let it: TestService;
  const sql = (text: string, params: unknown[] = []) => it.database.admin(text, params);
  const count = async (table: string) =>
    (await sql(`SELECT count(*)::int AS n FROM inventory.${table}`)).rows[0].n as number;
  const saga = async (finished: string, step: string) => {
    const id = newId();
    await sql(
      `INSERT INTO inventory.sagas (kind, id, state, step, finished_at)
       VALUES ('checkout', $1, '{}', $2, ${finished})`,
      [id, step],
    );
    await sql(
      `INSERT INTO inventory.saga_signals (kind, id, input) VALUES ('checkout', $1, '{}')`,
      [id],
    );
    return id;
  };

  beforeAll(async () => {
    it = await startTestService(sampleService, { postgresUrl: inject('postgresUrl') });
  });
  beforeEach(async () => {
    await sql('TRUNCATE inventory.idempotency, inventory.sagas, inventory.saga_signals');
    await sql('TRUNCATE inventory.dead_letters');
  });
  afterAll(() => it.close());

  test('go after their time, and those within it stay', async () => {
    await sql(
      `INSERT INTO inventory.idempotency (actor, key, route, fingerprint, created_at)
       SELECT 'a', days::text, 'r', 'f', now() - days * interval '1 day'
       FROM unnest(ARRAY[0, 29, 31, 400]) AS days`,
    );
    await sql(
      `INSERT INTO inventory.dead_letters (event_id, type, envelope, reason, attempts, failed_at,
         replayed_at)
       SELECT gen_random_uuid(), 't', '{}', 'r', 1, now() - interval '400 days', replayed
       FROM unnest(ARRAY[NULL, now() - interval '31 days', now()]) AS replayed`,
    );
    await it.service.sweep();
    const keys = await sql('SELECT key FROM inventory.idempotency ORDER BY key');
    expect(keys.rows.map(({ key }) => key)).toEqual(['0', '29']);
    // A letter that was never replayed waits for somebody, however long that takes.
    expect(await count('dead_letters')).toBe(2);
  });

  test('are never those of a process that goes on', async () => {
    await saga("now() - interval '91 days'", 'old');
    const recent = await saga("now() - interval '2 days'", 'recent');
    const open = await saga('NULL', 'open');
    await sql("UPDATE inventory.sagas SET lease_until = now() + interval '1 hour'");
    await it.service.sweep();
    const left = await sql('SELECT id FROM inventory.sagas ORDER BY step');
    expect(left.rows.map(({ id }) => id)).toEqual([open, recent]);
    // What nobody will take up any more goes sooner than what it was meant for.
    const signals = await sql('SELECT id FROM inventory.saga_signals');
    expect(signals.rows.map(({ id }) => id)).toEqual([open]);
  });

  test('go in batches, as many as there are', async () => {
    await sql(
      `INSERT INTO inventory.idempotency (actor, key, route, fingerprint, created_at)
       SELECT 'a', n::text, 'r', 'f', now() - interval '31 days' FROM generate_series(1, 1201) n`,
    );
    await it.service.sweep();
    expect(await count('idempotency')).toBe(0);
  });
});
