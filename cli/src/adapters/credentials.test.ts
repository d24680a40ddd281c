import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sessionOf } from '../testing/memory-credentials.ts';
import { fileCredentials } from './credentials.ts';

async function newDir(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'mkt-credentials-'));
  onTestFinished(() => rm(root, { recursive: true }));
  return join(root, 'mkt');
}
const url = 'http://a.test';

describe('credentials', () => {
  it('are kept for their owner alone, and leave nothing else behind', async () => {
    const configDir = await newDir();
    const credentials = fileCredentials({ configDir, url, profile: 'kiln' });
    await credentials.change(async () => sessionOf('hana'));
    await expect(credentials.read()).resolves.toEqual(sessionOf('hana'));
    await expect(readdir(configDir)).resolves.toEqual(['credentials.json']);
    expect((await stat(join(configDir, 'credentials.json'))).mode & 0o777).toBe(0o600);
  });

  it('belong to one server and one profile', async () => {
    const configDir = await newDir();
    const own = fileCredentials({ configDir, url, profile: 'kiln' });
    await own.change(async () => sessionOf('hana'));
    const others = [
      fileCredentials({ configDir, url, profile: 'default' }),
      fileCredentials({ configDir, url: 'http://b.test', profile: 'kiln' }),
    ];
    for (const other of others) {
      await expect(other.read()).resolves.toBeUndefined();
      await other.change(async () => sessionOf('other'));
    }
    await expect(own.read()).resolves.toEqual(sessionOf('hana'));
    await own.change(async () => undefined);
    await expect(own.read()).resolves.toBeUndefined();
    await expect(others[0]?.read()).resolves.toEqual(sessionOf('other'));
  });

  it('are changed by one at a time', async () => {
    const configDir = await newDir();
    const credentials = fileCredentials({ configDir, url, profile: 'kiln' });
    let inside = 0;
    const change = (name: string) =>
      credentials.change(async () => {
        inside += 1;
        expect(inside).toBe(1);
        await readFile(import.meta.filename);
        inside -= 1;
        return sessionOf(name);
      });
    await Promise.all(['a', 'b', 'c'].map(change));
    expect(inside).toBe(0);
  });

  it('are freed from the lock of a process that died', async () => {
    const configDir = await newDir();
    const credentials = fileCredentials({ configDir, url, profile: 'kiln' });
    await credentials.change(async () => sessionOf('hana'));
    // No process has a number as large as this one.
    await writeFile(join(configDir, 'credentials.json.lock'), '4194399');
    await credentials.change(async () => sessionOf('new'));
    await expect(credentials.read()).resolves.toEqual(sessionOf('new'));
  });

  it('that cannot be read are not taken for none', async () => {
    const configDir = await newDir();
    const credentials = fileCredentials({ configDir, url, profile: 'kiln' });
    await credentials.change(async () => sessionOf('hana'));
    await writeFile(join(configDir, 'credentials.json'), '{ "version": 9 }');
    await expect(credentials.read()).rejects.toMatchObject({ code: 'CREDENTIALS_UNREADABLE' });
  });
});
