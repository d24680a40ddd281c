import { existsSync } from 'node:fs';
import { expect, inject, onTestFinished, test } from 'vitest';
import {
  createDatabaseFromTemplate,
  dropDatabase,
  sharedTestPostgres,
  withDatabase,
} from '../src/testing.ts';
import { query } from './support.ts';

test('a database copied from a template holds its rows and is independent of it', async () => {
  const server = await sharedTestPostgres();
  onTestFinished(() => server.stop());
  const template = withDatabase(server.url, 'tpl "1"');
  await query(server.url, 'CREATE DATABASE "tpl ""1"""');
  await query(template, 'CREATE TABLE note AS SELECT 7 AS value');
  const copies = await Promise.all(
    ['a', 'b', 'c'].map((name) => createDatabaseFromTemplate(server.url, 'tpl "1"', name)),
  );
  await query(copies[0] ?? '', 'DELETE FROM note');
  expect(await query(copies[0] ?? '', 'SELECT value FROM note')).toEqual([]);
  expect(await query(copies[1] ?? '', 'SELECT value FROM note')).toEqual([{ value: 7 }]);
  for (const name of ['a', 'b', 'c', 'never-there']) await dropDatabase(server.url, name);
  const left = await query(server.url, `SELECT datname FROM pg_database WHERE datname = 'a'`);
  expect(left).toEqual([]);
});

test('a server named by DATABASE_URL_TEST is used and left running', async () => {
  const url = inject('postgresUrl');
  process.env['DATABASE_URL_TEST'] = url;
  onTestFinished(() => void delete process.env['DATABASE_URL_TEST']);
  const named = await sharedTestPostgres();
  await named.stop();
  expect(named.url).toBe(url);
  expect(await query(url, 'SELECT 1 AS up')).toEqual([{ up: 1 }]);
});

test('the throwaway folder is deleted when the server stops', async () => {
  const server = await sharedTestPostgres();
  const [row] = await query<{ folder: string }>(
    server.url,
    `SELECT current_setting('data_directory') AS folder`,
  );
  expect(existsSync(row?.folder ?? '')).toBe(true);
  await server.stop();
  expect(existsSync(row?.folder ?? '')).toBe(false);
});
