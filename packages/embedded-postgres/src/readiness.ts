import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { type Attempt, fromLog, startFailed } from './failures.ts';
import type { Server } from './server.ts';

/** Recovery after a crash replays at most `max_wal_size`; slow disks get the rest. */
const READY_WITHIN_MS = 60_000;
const CONNECT_WITHIN_MS = 10_000;

export type Target = { host: string; port: number; user: string; database: string };

/** Waits until the server takes queries, and creates the database when it is missing. */
export async function untilReady(server: Server, target: Target, attempt: Attempt): Promise<void> {
  const waiting = new AbortController();
  const state = await Promise.race([
    server.ready.then(() => 'ready'),
    server.exited.then(() => 'ended'),
    delay(READY_WITHIN_MS, 'late', { signal: waiting.signal }),
  ]).finally(() => waiting.abort());
  if (state === 'ended') {
    throw fromLog(server.lastLines(), { ...attempt, what: 'the server ended at once' });
  }
  if (state === 'late') throw startFailed('it was not ready in 60 s', server.lastLines());
  await ensureDatabase(target);
}

async function ensureDatabase(target: Target): Promise<void> {
  const client = new pg.Client({
    ...target,
    database: 'postgres',
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
  });
  await client.connect();
  try {
    const sql = 'SELECT 1 FROM pg_database WHERE datname = $1';
    const found = await client.query(sql, [target.database]);
    if (found.rowCount !== 0) return;
    await client.query(`CREATE DATABASE ${pg.escapeIdentifier(target.database)}`);
  } finally {
    await client.end();
  }
}
