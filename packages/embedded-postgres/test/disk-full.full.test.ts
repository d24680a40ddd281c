import { execFileSync } from 'node:child_process';
import { rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startEmbeddedPostgres } from '../src/index.ts';
import { query, temporaryFolder } from './support.ts';

// Needs the right to mount, so root outside of a container.

test('a disk too small for a first start is named, and nothing is left on it', async () => {
  const disk = await smallDisk(20);
  const refusal = startEmbeddedPostgres({ dataDir: join(disk, 'data') });
  await expect(refusal).rejects.toMatchObject({ code: 'DISK_FULL', next: /Free/ });
  const { blocks, bfree } = await statfs(disk);
  expect(bfree / blocks).toBeGreaterThan(0.99);
});

test('a disk that filled up is named, and the data are there once it has room again', async () => {
  const disk = await smallDisk(80);
  const dataDir = join(disk, 'data');
  const first = await startEmbeddedPostgres({ dataDir });
  await query(first.url, 'CREATE TABLE note AS SELECT 7 AS value');
  await first.stop();
  const { bfree, bsize } = await statfs(disk);
  await writeFile(join(disk, 'filling'), Buffer.alloc(bfree * bsize));
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toMatchObject({ code: 'DISK_FULL' });
  await rm(join(disk, 'filling'));
  const again = await startEmbeddedPostgres({ dataDir });
  expect(await query(again.url, 'SELECT value FROM note')).toEqual([{ value: 7 }]);
  await again.stop();
});

async function smallDisk(sizeMb: number): Promise<string> {
  const folder = await temporaryFolder();
  execFileSync('/usr/bin/mount', [
    '-t',
    'tmpfs',
    '-o',
    `size=${sizeMb}m,mode=755`,
    'tmpfs',
    folder,
  ]);
  onTestFinished(() => void execFileSync('/usr/bin/umount', ['--lazy', folder]));
  return folder;
}
