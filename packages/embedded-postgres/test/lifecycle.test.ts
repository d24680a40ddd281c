import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { startEmbeddedPostgres } from '../src/index.ts';
import { isAlive } from '../src/processes.ts';
import { childrenOf, isRoot, query, startOwner, temporaryFolder, until } from './support.ts';

test('a first start makes an empty marketplace, a second finds what was written', async () => {
  const dataDir = await temporaryFolder();
  const first = await startEmbeddedPostgres({ dataDir });
  await query(first.url, 'CREATE TABLE note AS SELECT 7 AS value');
  const settings = await query(first.url, 'SHOW fsync');
  await first.stop();
  const second = await startEmbeddedPostgres({ dataDir, maxConnections: 20 });
  const rows = await query(second.url, 'SELECT value FROM note');
  const limits = await query(second.url, 'SHOW max_connections');
  await second.stop();
  expect(settings).toEqual([{ fsync: 'on' }]);
  expect(rows).toEqual([{ value: 7 }]);
  expect(limits).toEqual([{ max_connections: '20' }]);
});

test('the cluster is UTF-8, checks its pages, and sorts the same on every machine', async () => {
  const server = await startEmbeddedPostgres({
    dataDir: await temporaryFolder(),
    database: 'shop',
  });
  const rows = await query(
    server.url,
    `SELECT current_database() AS name, current_user AS who, pg_encoding_to_char(encoding) AS text,
      datlocprovider AS provider, datlocale AS locale, current_setting('data_checksums') AS sums,
      upper('é') AS upper FROM pg_database WHERE datname = current_database()`,
  );
  await server.stop();
  expect(rows).toEqual([
    {
      ...{ name: 'shop', who: 'postgres', text: 'UTF8', provider: 'b', locale: 'C.UTF-8' },
      ...{ sums: 'on', upper: 'É' },
    },
  ]);
});

test('stop leaves no process and no socket, also when it is called twice', async () => {
  const server = await startEmbeddedPostgres({ dataDir: await temporaryFolder() });
  // Ours are the server and its guard, maybe of other tests too; the server's are its workers.
  const processes = [...childrenOf(process.pid), ...childrenOf(server.pid)];
  expect(processes).toContain(server.pid);
  expect(processes.length).toBeGreaterThan(4);
  await Promise.all([server.stop(), server.stop()]);
  expect(processes.filter(isAlive)).toEqual([]);
  expect(existsSync(server.host)).toBe(false);
  expect(await server.exited).toEqual({ code: 0, signal: null });
});

test('with a port it listens on the loopback address as well', async () => {
  const port = await freePort();
  const server = await startEmbeddedPostgres({ dataDir: await temporaryFolder(), port });
  const rows = await query(`postgresql://postgres@127.0.0.1:${port}/marketplace`, 'SELECT 1 AS up');
  await server.stop();
  expect(rows).toEqual([{ up: 1 }]);
  expect(server.port).toBe(port);
});

test('a port that is taken is refused before anything is created', async () => {
  const dataDir = await temporaryFolder();
  const other = createServer().listen(0, '127.0.0.1');
  await until(() => other.listening);
  const { port } = other.address() as AddressInfo;
  const refusal = startEmbeddedPostgres({ dataDir, port });
  await expect(refusal).rejects.toMatchObject({ code: 'PORT_TAKEN', next: /another port/ });
  other.close();
  expect(await readdir(dataDir)).not.toContain('cluster');
});

test('an interrupt of the whole process group leaves the server to its owner', async () => {
  const owner = startOwner(await temporaryFolder(), 'hold');
  const { pid, url } = JSON.parse(await owner.nextLine());
  process.kill(-owner.pid, 'SIGINT');
  expect(await query(url, 'SELECT 1 AS up')).toEqual([{ up: 1 }]);
  expect(isAlive(pid)).toBe(true);
  await owner.kill();
  await until(() => !isAlive(pid));
});

test.runIf(isRoot)('started by root, the server runs as another user', async () => {
  const server = await startEmbeddedPostgres({ dataDir: await temporaryFolder() });
  const rows = await query<{ uid: string }>(
    server.url,
    `SELECT split_part(substring(pg_read_file('/proc/self/status') FROM 'Uid:\\s+(\\d+)'), ' ', 1)
      AS uid`,
  );
  await server.stop();
  expect(Number(rows[0]?.uid)).toBeGreaterThan(0);
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await until(() => probe.listening);
  const { port } = probe.address() as AddressInfo;
  await new Promise((done) => probe.close(done));
  return port;
}
