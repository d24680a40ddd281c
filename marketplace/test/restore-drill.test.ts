import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@mkt/kernel';
import { payoutService } from '@mkt/payout';
import { createTestDatabase, type TestDatabase } from '@mkt/service-kit/testing';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { JobFailure } from '../src/jobs/job.ts';
import { restoreDrill } from '../src/jobs/restore-drill.ts';
import { rowsOf } from '../src/jobs/rows.ts';

const log = { info: () => {}, warn: () => {}, error: () => {} } as never;
let restored: TestDatabase;
let folder: string;
let env: { DATABASE_URL: string; DUMP_ROWS: string };

beforeAll(async () => {
  const { migrationsDir = '' } = payoutService;
  restored = await createTestDatabase(inject('postgresUrl'), [
    { service: 'payout', migrationsDir },
  ]);
  folder = await mkdtemp(join(tmpdir(), 'mkt-drill-'));
  const server = new URL(inject('postgresUrl'));
  server.pathname = `/${restored.connection.database}`;
  if (!server.searchParams.has('user') && server.username === '') server.username = 'postgres';
  env = { DATABASE_URL: server.href, DUMP_ROWS: join(folder, 'rows') };
  await restored.admin(
    `INSERT INTO payout.accounts (id, vendor_id, name, currency) VALUES ($1, NULL, 'fees', 'EUR')`,
    [newId<'Account'>()],
  );
});
afterAll(async () => {
  await restored.drop();
  await rm(folder, { recursive: true });
});

/** What a dump of it would say of itself. */
async function tellRows(dumpedAt = new Date(), more = ''): Promise<void> {
  const rows = await rowsOf({ query: (sql) => restored.admin(sql) });
  const lines = [...rows].map(([name, count]) => `${name}\t${count}\n`);
  await writeFile(env.DUMP_ROWS, `dumped_at\t${dumpedAt.toISOString()}\n${lines.join('')}${more}`);
}
beforeEach(() => tellRows());

const drill = () => restoreDrill({ env, log, signal: new AbortController().signal });

async function failure(): Promise<JobFailure> {
  try {
    await drill();
  } catch (error) {
    if (error instanceof JobFailure) return error;
    throw error;
  }
  throw new Error('The drill found nothing.');
}

test('what was restored whole passes, with what was counted', async () => {
  expect(await drill()).toMatchObject({ accounts: 1, transfers: 0, rows: expect.any(Number) });
});

test('a row too few, and a table that did not come over, are named', async () => {
  await restored.admin(
    `INSERT INTO payout.accounts (id, name, currency) VALUES ($1, 'commission', 'EUR')`,
    [newId<'Account'>()],
  );
  await tellRows(new Date(), 'order.order_lines\t3\n');
  await restored.admin(`DELETE FROM payout.accounts WHERE name = 'commission'`);
  expect(await failure()).toMatchObject({
    code: 'RESTORE_DIFFERS',
    message: expect.stringMatching(
      /differs in 2 tables:\n {2}order\.order_lines: 3 rows dumped, no table restored\n {2}payout\.accounts: 2 rows dumped, 1 restored/,
    ),
  });
});

test('books that do not prove themselves are no backup', async () => {
  await restored.admin(`UPDATE payout.accounts SET balance_minor = 5 WHERE name = 'fees'`);
  const found = await failure();
  await restored.admin(`UPDATE payout.accounts SET balance_minor = 0 WHERE name = 'fees'`);
  expect(found).toMatchObject({
    code: 'BOOKS_WRONG',
    message: expect.stringContaining('BALANCE_DIFFERS'),
  });
});

test('a whole dump of the day before yesterday means that there is none of tonight', async () => {
  await tellRows(new Date(Date.now() - 27 * 3_600_000));
  expect(await failure()).toMatchObject({ code: 'DUMP_TOO_OLD' });
});

test('a server that is not there is told as such', async () => {
  env = { ...env, DATABASE_URL: 'postgres://drill@127.0.0.1:9/mkt' };
  await expect(drill()).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' });
});
