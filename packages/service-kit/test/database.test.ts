import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BugError, newId, uuidv7 } from '@mkt/kernel';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  type Database,
  isUniqueViolation,
  migrateAll,
  platformScope,
  StartError,
  vendorScope,
} from '../src/index.ts';
import { gate } from '../src/testing/contracts/index.ts';
import { createTestDatabase, type TestDatabase } from '../src/testing/index.ts';
import { sampleMigrationsDir, stockChanged } from './stock-changes.ts';

let database: TestDatabase;
let db: Database;

beforeAll(async () => {
  database = await createTestDatabase(inject('postgresUrl'), [
    { service: 'inventory', migrationsDir: sampleMigrationsDir },
  ]);
  const [{ name }] = (await database.admin('SELECT current_database() AS name')).rows;
  await database.admin(`ALTER DATABASE ${name} SET deadlock_timeout = '20ms'`);
  db = database.forService('inventory', { platform: 4, vendor: 1 });
});
afterAll(() => database.drop());
afterEach(async () => {
  await database.admin('TRUNCATE inventory.notes, inventory.outbox');
});

const addNote = 'INSERT INTO notes (id, vendor_id, body) VALUES ($1, $2, $3)';
const notes = async (): Promise<string[]> =>
  (await database.admin('SELECT body FROM inventory.notes ORDER BY body')).rows.map(
    (row) => row.body,
  );
const outboxSize = async (): Promise<number> =>
  (await database.admin('SELECT count(*)::int AS n FROM inventory.outbox')).rows[0].n;

describe('a transaction', () => {
  test('is run again after a deadlock, so that both rivals succeed', async () => {
    const [a, b] = [uuidv7(), uuidv7()];
    for (const id of [a, b]) await db.query(addNote, [id, newId(), '']);
    const bothLocked = [gate(), gate()] as const;
    let runs = 0;
    const touch = (mine: 0 | 1, first: string, second: string) =>
      db.transaction(platformScope, async (tx) => {
        runs += 1;
        const append = `UPDATE notes SET body = body || $2 WHERE id = $1`;
        await tx.query(append, [first, `${mine}`]);
        bothLocked[mine].open();
        await bothLocked[mine === 0 ? 1 : 0].passed;
        await tx.query(append, [second, `${mine}`]);
      });
    await Promise.all([touch(0, a, b), touch(1, b, a)]);
    // On a busy machine the rivals may meet once more before both are through.
    expect(runs).toBeGreaterThanOrEqual(3);
    const bodies = await notes();
    expect(bodies.map((body) => [...body].toSorted().join(''))).toEqual(['01', '01']);
  });

  test('is given up as a conflicting write when it never stops meeting others', async () => {
    let runs = 0;
    const always = db.transaction(platformScope, async (tx) => {
      runs += 1;
      await tx.query(`DO $$ BEGIN RAISE 'busy' USING ERRCODE = '40001'; END $$`);
    });
    await expect(always).rejects.toMatchObject({
      name: 'Fault',
      code: 'CONFLICTING_WRITE',
      cause: { code: '40001' },
    });
    expect(runs).toBe(4);
  });

  test('is not run again for an error that another try would not mend', async () => {
    let runs = 0;
    const id = uuidv7();
    const twice = db.transaction(platformScope, async (tx) => {
      runs += 1;
      await tx.query(addNote, [id, newId(), 'a']);
      await tx.query(addNote, [id, newId(), 'b']);
    });
    await expect(twice).rejects.toSatisfy((error) => isUniqueViolation(error, 'notes_pkey'));
    expect(runs).toBe(1);
    expect(await notes()).toEqual([]);
  });

  test('runs what is to follow the commit once everything is stored', async () => {
    const order: string[] = [];
    await db.transaction(platformScope, async (tx) => {
      tx.afterCommit(() => order.push('after commit'));
      await tx.query(addNote, [uuidv7(), newId(), 'kept']);
      order.push('work');
    });
    expect(order).toEqual(['work', 'after commit']);
    expect(await notes()).toEqual(['kept']);
  });

  test('forgets its rows, its events and what was to follow when it rolls back', async () => {
    const after: string[] = [];
    const failing = db.transaction(platformScope, async (tx) => {
      tx.afterCommit(() => after.push('after commit'));
      tx.emit(stockChanged(uuidv7()));
      await tx.query(addNote, [uuidv7(), newId(), 'lost']);
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(after).toEqual([]);
    expect(await notes()).toEqual([]);
    expect(await outboxSize()).toBe(0);
  });

  test('follows up once for the run that commits, not for those that were repeated', async () => {
    const after: number[] = [];
    let runs = 0;
    await db.transaction(platformScope, async (tx) => {
      runs += 1;
      const run = runs;
      tx.afterCommit(() => after.push(run));
      tx.emit(stockChanged(uuidv7()));
      if (run < 3) await tx.query(`DO $$ BEGIN RAISE 'x' USING ERRCODE = '40P01'; END $$`);
    });
    expect(after).toEqual([3]);
    expect(await outboxSize()).toBe(1);
  });

  test('never passes for committed when a failed statement was caught inside it', async () => {
    const after: string[] = [];
    const id = uuidv7();
    await db.query(addNote, [id, newId(), 'first']);
    const swallowed = db.transaction(platformScope, async (tx) => {
      tx.afterCommit(() => after.push('after commit'));
      await tx.query(addNote, [uuidv7(), newId(), 'second']);
      await tx.query(addNote, [id, newId(), 'third']).catch(() => {});
      return 'stored';
    });
    await expect(swallowed).rejects.toThrow(BugError);
    expect(after).toEqual([]);
    expect(await notes()).toEqual(['first']);
  });

  test('says that its events wait only after they can be read', async () => {
    const seen: number[] = [];
    const waiting = Promise.withResolvers<void>();
    db.onEmit(
      () =>
        void outboxSize()
          .then((n) => seen.push(n))
          .then(() => waiting.resolve()),
    );
    await db.transaction(platformScope, async (tx) => tx.emit(stockChanged(uuidv7())));
    await db.transaction(platformScope, async (tx) => void (await tx.query('SELECT 1')));
    await waiting.promise;
    db.onEmit(() => {});
    expect(seen).toEqual([1]);
  });

  test('is told of a server that goes in the middle of it, at every statement that follows', async () => {
    const failures: unknown[] = [];
    const work = db.transaction(platformScope, async (tx) => {
      const note = (error: unknown) => void failures.push(error);
      await tx.query('SELECT pg_terminate_backend(pg_backend_pid())').catch(note);
      // The connection has noticed its end by the time of the second.
      await tx.query('SELECT 1').catch(note);
      await tx.query('SELECT 1');
    });
    await expect(work).rejects.toMatchObject({ name: 'Fault', code: 'DEPENDENCY_UNAVAILABLE' });
    expect(failures).toHaveLength(2);
    expect(await db.query('SELECT 1 AS up')).toEqual([{ up: 1 }]);
  });

  test('leaves its connection usable whatever went wrong in it', async () => {
    const single = database.forService('inventory', { platform: 1, vendor: 1 });
    await expect(single.query('SELECT 1 / 0')).rejects.toThrow('division by zero');
    const broken = single.transaction(platformScope, (tx) => tx.query('SELECT no_such_column'));
    await expect(broken).rejects.toThrow('no_such_column');
    expect(await single.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

describe('64-bit integers', () => {
  test.each([0, -1, 9_007_199_254_740_991, -9_007_199_254_740_991])(
    'arrive as the number %d, from a column as from a parameter',
    async (value) => {
      const [row] = await db.query('SELECT $1::bigint AS value, count(*) AS n FROM notes', [value]);
      expect(row).toEqual({ value, n: 0 });
    },
  );

  test('are refused rather than rounded when a number cannot hold them', async () => {
    const unsafe = db.query('SELECT 9007199254740993::bigint AS value');
    await expect(unsafe).rejects.toThrow('9007199254740993 is not a safe integer');
    expect(await db.query('SELECT 7::bigint AS value')).toEqual([{ value: 7 }]);
  });
});

describe('a vendor’s scope', () => {
  const [own, other] = [newId<'Vendor'>(), newId<'Vendor'>()];

  async function store(): Promise<void> {
    await db.query(addNote, [uuidv7(), own, 'mine']);
    await db.query(addNote, [uuidv7(), other, 'theirs']);
  }
  const asVendor = (sql: string, params: readonly unknown[] = []) =>
    db.transaction(vendorScope(own), (tx) => tx.query(sql, params));

  test('sees its own rows where the platform sees all', async () => {
    await store();
    expect(await asVendor('SELECT body FROM notes')).toEqual([{ body: 'mine' }]);
    const all = await db.query('SELECT body FROM notes ORDER BY body');
    expect(all).toEqual([{ body: 'mine' }, { body: 'theirs' }]);
  });

  test('changes and deletes its own rows, and finds no others', async () => {
    await store();
    const changed = await asVendor(`UPDATE notes SET body = 'changed' RETURNING vendor_id`);
    expect(changed).toEqual([{ vendor_id: own }]);
    expect(await asVendor('DELETE FROM notes RETURNING vendor_id')).toEqual([{ vendor_id: own }]);
    expect(await notes()).toEqual(['theirs']);
  });

  test('adds no row for another vendor and gives none of its rows away', async () => {
    await store();
    const added = asVendor(addNote, [uuidv7(), other, 'slipped in']);
    await expect(added).rejects.toThrow('row-level security');
    const given = asVendor('UPDATE notes SET vendor_id = $1', [other]);
    await expect(given).rejects.toThrow('row-level security');
    expect(await notes()).toEqual(['mine', 'theirs']);
  });

  test('emits no event in another vendor’s name', async () => {
    const forged = db.transaction(vendorScope(own), async (tx) => {
      tx.emit({ ...stockChanged(uuidv7()), vendorId: other });
    });
    await expect(forged).rejects.toThrow('row-level security');
    await db.transaction(vendorScope(own), async (tx) => {
      tx.emit({ ...stockChanged(uuidv7()), vendorId: own });
    });
    expect(await outboxSize()).toBe(1);
  });

  test('does not stay on a connection that the next vendor uses', async () => {
    await store();
    // The pool of vendors has one connection, so that both transactions use it.
    const bodyFor = (vendorId: typeof own) =>
      db.transaction(vendorScope(vendorId), (tx) => tx.query('SELECT body FROM notes'));
    expect(await Promise.all([bodyFor(own), bodyFor(other), bodyFor(newId<'Vendor'>())])).toEqual([
      [{ body: 'mine' }],
      [{ body: 'theirs' }],
      [],
    ]);
  });

  test('is refused for what is no vendor’s id', () => {
    expect(() => vendorScope(`'; DROP TABLE notes; --` as typeof own)).toThrow('vendor id');
  });
});

describe('migrating', () => {
  const folders: string[] = [];

  async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
    const dir = await mkdtemp(join(tmpdir(), 'mkt-migrations-'));
    folders.push(dir);
    for (const [name, sql] of Object.entries(files)) await writeFile(join(dir, name), sql);
    return dir;
  }
  afterEach(async () => {
    for (const dir of folders.splice(0)) await rm(dir, { recursive: true });
  });

  function migrate(sources: Parameters<typeof migrateAll>[1]) {
    const url = new URL(inject('postgresUrl'));
    const password = decodeURIComponent(url.password);
    const user = decodeURIComponent(url.username) || 'postgres';
    const admin = { ...database.connection, user, ...(password ? { password } : {}) };
    return migrateAll(
      admin as Parameters<typeof migrateAll>[0],
      sources,
      () => password || undefined,
    );
  }

  const tableExists = async (name: string): Promise<boolean> =>
    (await database.admin('SELECT to_regclass($1) AS name', [name])).rows[0].name !== null;

  const first = 'CREATE TABLE shelves (id uuid PRIMARY KEY);';
  const broken = 'CREATE TABLE boxes (id uuid PRIMARY KEY);\nINSERT INTO no_such_table VALUES (1);';

  test('that fails in the middle of a file rolls it back and names the service', async () => {
    const migrationsDir = await folderOf({ '0001_shelves.sql': first, '0002_boxes.sql': broken });
    const failing = migrate([{ service: 'shipping', migrationsDir }]);
    await expect(failing).rejects.toThrow(StartError);
    await expect(failing).rejects.toThrow(/schema of shipping failed.*no_such_table/);
    expect(await tableExists('shipping.boxes')).toBe(false);

    await writeFile(join(migrationsDir, '0002_boxes.sql'), broken.split('\n')[0] ?? '');
    const repaired = await migrate([{ service: 'shipping', migrationsDir }]);
    expect(repaired).toEqual({
      migrated: ['shipping'],
      afterFailure: [
        {
          service: 'shipping',
          reason: expect.stringContaining('no_such_table'),
          failedAt: expect.any(Date),
        },
      ],
      newer: [],
    });
    // Said once: the failure is over.
    await writeFile(join(migrationsDir, '0003_racks.sql'), 'CREATE TABLE racks (id uuid);');
    const later = await migrate([{ service: 'shipping', migrationsDir }]);
    expect(later.afterFailure).toEqual([]);
    expect(await tableExists('shipping.shelves')).toBe(true);
    expect(await tableExists('shipping.boxes')).toBe(true);
  });

  test('keeps what services before the failing one have got', async () => {
    const good = await folderOf({ '0001_shelves.sql': first });
    const bad = await folderOf({ '0001_boxes.sql': broken });
    const failing = migrate([
      { service: 'cart', migrationsDir: good },
      { service: 'review', migrationsDir: bad },
    ]);
    await expect(failing).rejects.toThrow('schema of review');
    expect(await tableExists('cart.shelves')).toBe(true);
    expect(await tableExists('review.boxes')).toBe(false);
  });

  test('does nothing where nothing changed, also from several processes at once', async () => {
    const migrationsDir = await folderOf({ '0001_shelves.sql': first });
    const source = [{ service: 'pricing', migrationsDir }];
    const outcomes = await Promise.all([migrate(source), migrate(source), migrate(source)]);
    const migrated = outcomes.flatMap((outcome) => outcome.migrated);
    expect(migrated).toEqual(['pricing']);
    expect(await migrate(source)).toMatchObject({ migrated: [] });
  });
});
