import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readSettings } from './settings.ts';

async function folders() {
  const root = await mkdtemp(join(tmpdir(), 'mkt-settings-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const workingDir = join(root, 'project', 'deep');
  const configDir = join(root, 'config');
  await mkdir(workingDir, { recursive: true });
  await mkdir(configDir);
  return {
    workingDir,
    configDir,
    project: (text: string) => writeFile(join(root, 'project', 'mkt.config.json'), text),
    user: (text: string) => writeFile(join(configDir, 'config.json'), text),
  };
}

describe('settings', () => {
  it('have defaults where nobody says anything', async () => {
    const { workingDir, configDir } = await folders();
    await expect(readSettings({ given: {}, workingDir, configDir })).resolves.toEqual({
      url: 'http://127.0.0.1:8080',
      profile: 'default',
    });
  });

  it('come from the flag, else the nearest project file, else the user file', async () => {
    const { project, user, ...dirs } = await folders();
    await user('{ "url": "http://user.test", "as": "me" }');
    await project('{ "url": "http://project.test/" }');
    await expect(readSettings({ given: {}, ...dirs })).resolves.toEqual({
      url: 'http://project.test',
      profile: 'me',
    });
    const given = { url: 'flag.test:9000', as: 'kiln' };
    await expect(readSettings({ given, ...dirs })).resolves.toEqual({
      url: 'http://flag.test:9000',
      profile: 'kiln',
    });
  });

  it.each([
    ['{ "uri": "http://a.test" }', /"uri" is not a setting/],
    ['{ "url": 8080 }', /"url" is not a setting, or not a text/],
    ['url = http://a.test', /is not JSON/],
    ['{ "url": "ftp://a.test" }', /is not an http\(s\) address/],
  ])('that are wrong are said to be: %s', async (text, message) => {
    const { project, ...dirs } = await folders();
    await project(text);
    await expect(readSettings({ given: {}, ...dirs })).rejects.toThrow(message);
  });
});
