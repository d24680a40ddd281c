import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { testServerUrl } from './config.ts';
import { launch } from './launch.ts';
import { folderHolder } from './lock.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The superuser's URL of the server that this test run shares. */
    postgresUrl: string;
  }
}

const PREFIX = 'mkt-pg-test-';

export type TestPostgres = { url: string; stop(): Promise<void> };

/**
 * One throwaway server for a whole test run, with fsync off. `DATABASE_URL_TEST` names a server
 * to use instead; it is left running and keeps the databases that tests do not drop.
 */
export async function sharedTestPostgres(): Promise<TestPostgres> {
  const external = testServerUrl();
  if (external) return { url: external, stop: async () => {} };
  await sweepKilledRuns();
  const dataDir = await mkdtemp(join(tmpdir(), PREFIX));
  const server = await launch({
    ...{ dataDir, database: 'postgres', port: undefined, maxConnections: 200 },
    ...{ isDurable: false, onLog: () => {} },
  });
  const stop = async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { url: server.url, stop };
}

/** For vitest's `globalSetup`: provides `postgresUrl`, and answers the teardown. */
export async function setup(project: {
  provide(key: 'postgresUrl', value: string): void;
}): Promise<() => Promise<void>> {
  const { url, stop } = await sharedTestPostgres();
  project.provide('postgresUrl', url);
  return stop;
}

/** Copies a database by file (tens of milliseconds) and answers the URL of the copy. */
export async function createDatabaseFromTemplate(
  url: string,
  template: string,
  name: string,
): Promise<string> {
  const [source, target] = [template, name].map((part) => pg.escapeIdentifier(part));
  await query(url, `CREATE DATABASE ${target} TEMPLATE ${source} STRATEGY file_copy`);
  return withDatabase(url, name);
}

/** Drops a database and ends the sessions in it; one that is not there is no error. */
export async function dropDatabase(url: string, name: string): Promise<void> {
  await query(url, `DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
}

/** The same server and user, another database. */
export function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${encodeURIComponent(name)}`;
  return changed.href;
}

async function query(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** A killed run cannot delete its folder: the next run does. */
async function sweepKilledRuns(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const folder = join(tmpdir(), name);
    const wasStarted = (await readdir(folder).catch(() => [''])).includes('FORMAT');
    // A folder without the marker may belong to a run that begins just now.
    if (wasStarted && (await folderHolder(folder)) === undefined) {
      await rm(folder, { recursive: true, force: true });
    }
  }
}
