import { spawn } from 'node:child_process';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startEmbeddedPostgres } from '../src/index.ts';
import { isAlive } from '../src/processes.ts';
import { childrenOf, type Owner, query, startOwner, temporaryFolder, until } from './support.ts';

test('kill -9 of the owner, and of its server too, loses no acknowledged row', async () => {
  const dataDir = await temporaryFolder();
  const acknowledged: string[] = [];
  const rounds = [
    { rows: 40, isServerKilled: false },
    { rows: 200, isServerKilled: true },
    { rows: 7, isServerKilled: false },
  ];
  for (const { rows, isServerKilled } of rounds) {
    const owner = startOwner(dataDir, 'write');
    const { pid } = JSON.parse(await owner.nextLine());
    for (let count = 0; count < rows; count += 1) acknowledged.push(await owner.nextLine());
    if (isServerKilled) process.kill(pid, 'SIGKILL');
    await owner.kill();
    acknowledged.push(...(await owner.restOfLines()));
  }
  const server = await startEmbeddedPostgres({ dataDir });
  const rows = await query<{ number: string }>(server.url, 'SELECT number FROM entry');
  await server.stop();
  const kept = new Set(rows.map((row) => row.number));
  expect(acknowledged.length).toBeGreaterThanOrEqual(247);
  expect(acknowledged.filter((number) => !kept.has(number))).toEqual([]);
});

test('the server ends by itself soon after its owner was killed', async () => {
  const owner = startOwner(await temporaryFolder(), 'hold');
  const { pid } = JSON.parse(await owner.nextLine());
  await owner.kill();
  await until(() => !isAlive(pid));
});

test('a server that outlived its owner is stopped, and its data are served again', async () => {
  const dataDir = await temporaryFolder();
  const owner = startOwner(dataDir, 'hold');
  const survivor = JSON.parse(await owner.nextLine());
  await query(survivor.url, 'CREATE TABLE note AS SELECT 7 AS value');
  process.kill(guardOf(owner, survivor.pid), 'SIGKILL');
  await owner.kill();
  expect(isAlive(survivor.pid)).toBe(true);
  const lines: string[] = [];
  const server = await startEmbeddedPostgres({ dataDir, onLog: (line) => lines.push(line) });
  const rows = await query(server.url, 'SELECT value FROM note');
  await server.stop();
  expect(isAlive(survivor.pid)).toBe(false);
  expect(lines).toContain(`stopped server ${survivor.pid} of an earlier start`);
  expect(rows).toEqual([{ value: 7 }]);
});

test('the owner learns that its server was killed, and can start it again', async () => {
  const dataDir = await temporaryFolder();
  const server = await startEmbeddedPostgres({ dataDir });
  await query(server.url, 'CREATE TABLE note AS SELECT 7 AS value');
  process.kill(server.pid, 'SIGKILL');
  expect(await server.exited).toEqual({ code: null, signal: 'SIGKILL' });
  await server.stop();
  const again = await startEmbeddedPostgres({ dataDir });
  const rows = await query(again.url, 'SELECT value FROM note');
  await again.stop();
  expect(rows).toEqual([{ value: 7 }]);
});

test('a pid file whose number now belongs to another process is no obstacle', async () => {
  const dataDir = await temporaryFolder();
  const first = await startEmbeddedPostgres({ dataDir });
  await first.stop();
  const cluster = join(dataDir, 'cluster');
  // Of the server's own user: a process of anybody else the server would ignore by itself.
  const { uid } = await stat(cluster);
  const other = spawn('sleep', ['60'], { cwd: '/', uid, stdio: 'ignore' });
  onTestFinished(() => void other.kill());
  const lines = [other.pid, cluster, 1, 5432, '/tmp', '', '1 1', 'ready'];
  await writeFile(join(cluster, 'postmaster.pid'), lines.join('\n'));
  const server = await startEmbeddedPostgres({ dataDir });
  expect(await query(server.url, 'SELECT 1 AS up')).toEqual([{ up: 1 }]);
  await server.stop();
  expect(other.exitCode).toBeNull();
  expect(other.signalCode).toBeNull();
});

/** The owner's other child. */
function guardOf(owner: Owner, serverPid: number): number {
  const guard = childrenOf(owner.pid).find((pid) => pid !== serverPid);
  if (guard === undefined) throw new Error('the owner has no guard');
  return guard;
}
