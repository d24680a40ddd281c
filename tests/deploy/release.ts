import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { repositoryDir } from '../support/dev-process.ts';

/** What a release changes in this tree: a file of its own, or words of a file that is there. */
export type Change =
  | { readonly file: string; readonly text: string }
  | { readonly file: string; readonly instead: string; readonly write: string };

const copied = ['packages', 'services', 'marketplace', 'policies'];

/**
 * Another version of the marketplace: the sources of this tree with some changes, in a folder. It
 * shares the installed packages of others and has its own of ours.
 */
export async function makeRelease(dir: string, changes: readonly Change[]): Promise<string> {
  for (const part of copied) {
    await cp(join(repositoryDir, part), join(dir, part), {
      recursive: true,
      filter: (path) => !['node_modules', 'dist'].includes(basename(path)),
    });
  }
  await cp(join(repositoryDir, 'package.json'), join(dir, 'package.json'));
  await linkPackages(dir);
  for (const change of changes) await apply(dir, change);
  return dir;
}

/** Packages of others are those of this tree, so that nothing is installed twice. */
async function linkPackages(dir: string): Promise<void> {
  const from = join(repositoryDir, 'node_modules');
  const to = join(dir, 'node_modules');
  await mkdir(join(to, '@mkt'), { recursive: true });
  for (const name of await readdir(from)) {
    if (!['@mkt', '.bin', '.cache'].includes(name)) await symlink(join(from, name), join(to, name));
  }
  for (const part of copied) await linkOurs(dir, part);
}

async function linkOurs(dir: string, part: string): Promise<void> {
  const folders = (await readdir(join(dir, part))).map((name) => `${part}/${name}`);
  for (const folder of [part, ...folders]) {
    const manifest = await readFile(join(dir, folder, 'package.json'), 'utf8').catch(() => '{}');
    const { name } = JSON.parse(manifest) as { name?: string };
    if (name?.startsWith('@mkt/'))
      await symlink(join(dir, folder), join(dir, 'node_modules', name));
  }
}

async function apply(dir: string, change: Change): Promise<void> {
  const path = join(dir, change.file);
  if ('text' in change) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, change.text);
    return;
  }
  const parts = (await readFile(path, 'utf8')).split(change.instead);
  if (parts.length !== 2) {
    throw new Error(`${change.file} has not exactly once: ${change.instead}`);
  }
  await writeFile(path, parts.join(change.write));
}
