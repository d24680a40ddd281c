import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DataFolderInUseError, startEmbeddedPostgres } from '../src/index.ts';
import { folderHolder, lockFolder } from '../src/lock.ts';
import { isRoot, startOwner, temporaryFolder } from './support.ts';

describe('a data folder in use', () => {
  test('is refused with the pid of its owner, and free once that is killed', async () => {
    const dataDir = await temporaryFolder();
    const owner = startOwner(dataDir, 'hold');
    await owner.nextLine();
    const refusal = await startEmbeddedPostgres({ dataDir }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(DataFolderInUseError);
    expect(refusal).toMatchObject({ code: 'DATA_FOLDER_IN_USE', holderPid: owner.pid });
    await owner.kill();
    const server = await startEmbeddedPostgres({ dataDir });
    await server.stop();
  });

  test('is refused to its own process as well, also through another path', async () => {
    const dataDir = await temporaryFolder();
    const server = await startEmbeddedPostgres({ dataDir });
    const refusal = startEmbeddedPostgres({
      dataDir: `${dataDir}/../${dataDir.split('/').at(-1)}`,
    });
    await expect(refusal).rejects.toMatchObject({ holderPid: process.pid });
    await server.stop();
  });

  test('is taken over from a dead owner by exactly one of many', async () => {
    const folder = await temporaryFolder();
    for (let round = 0; round < 20; round += 1) {
      const next = (await newestLock(folder)) + 1;
      // Our own pid with another process's start: as after a reboot that reused the number.
      const stale = JSON.stringify({ pid: process.pid, mark: 'another-boot:1' });
      await writeFile(join(folder, `lock.${next}`), stale);
      const takers = Array.from({ length: 8 }, () => lockFolder(folder));
      const results = await Promise.allSettled(takers);
      const locks = results.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
      expect(locks).toHaveLength(1);
      expect(await folderHolder(folder)).toBe(process.pid);
      await locks[0]?.release();
      expect(await folderHolder(folder)).toBeUndefined();
    }
    expect(await readdir(folder)).toHaveLength(1);
  });
});

describe('a data folder of another version', () => {
  test('is refused when its layout is newer, and stays as it was', async () => {
    const dataDir = await temporaryFolder();
    await writeFile(join(dataDir, 'FORMAT'), '2\n');
    const refusal = startEmbeddedPostgres({ dataDir });
    await expect(refusal).rejects.toMatchObject({ code: 'DATA_FOLDER_NEWER', next: /Update/ });
    expect(await readFile(join(dataDir, 'FORMAT'), 'utf8')).toBe('2\n');
    expect(await readdir(dataDir)).not.toContain('cluster');
  });

  test.each([
    { major: '99', code: 'DATA_FOLDER_NEWER' },
    { major: '12', code: 'DATA_FOLDER_OLDER' },
  ])('is refused when PostgreSQL $major wrote it', async ({ major, code }) => {
    const dataDir = await temporaryFolder();
    await mkdir(join(dataDir, 'cluster'));
    await writeFile(join(dataDir, 'cluster/PG_VERSION'), `${major}\n`);
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toMatchObject({ code });
    expect(await readdir(join(dataDir, 'cluster'))).toEqual(['PG_VERSION']);
  });
});

describe('a data folder that cannot be used', () => {
  test('is refused when it is a file', async () => {
    const dataDir = join(await temporaryFolder(), 'data');
    await writeFile(dataDir, '');
    const refusal = startEmbeddedPostgres({ dataDir });
    await expect(refusal).rejects.toMatchObject({ code: 'DATA_FOLDER_UNREADABLE' });
  });

  test('is refused when its owner has closed it', async () => {
    const dataDir = await temporaryFolder();
    await chmod(dataDir, 0);
    // Root may read everything, so root becomes somebody else first.
    const owner = startOwner(dataDir, isRoot ? 'as-nobody' : 'hold');
    expect(JSON.parse(await owner.nextLine())).toMatchObject({ code: 'DATA_FOLDER_UNREADABLE' });
    await chmod(dataDir, 0o755);
  });
});

async function newestLock(folder: string): Promise<number> {
  const numbers = (await readdir(folder)).map((name) => Number(name.split('.')[1]));
  return Math.max(0, ...numbers);
}
