import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import manifest from '../package.json' with { type: 'json' };

let clone: string;
beforeEach(async () => {
  clone = await mkdtemp(join(tmpdir(), 'mkt-clone-'));
  await copyFile(join(import.meta.dirname, '..', '..', 'mkt'), join(clone, 'mkt'));
  const memory = join('scripts', 'memory.env');
  await mkdir(join(clone, 'scripts'));
  await copyFile(join(import.meta.dirname, '..', '..', memory), join(clone, memory));
  await mkdir(join(clone, 'cli', 'dist'), { recursive: true });
  await copyFile(join(import.meta.dirname, '..', 'package.json'), join(clone, 'cli/package.json'));
});
afterEach(() => rm(clone, { recursive: true, force: true }));

/** Runs the launcher with `PATH` folders whose `node` is a program of the test's. */
function launch(file: string, args: readonly string[], path = '/usr/bin:/bin') {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile('/bin/sh', [file, ...args], { env: { PATH: path } }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

async function fakeNode(dir: string, major: number): Promise<string> {
  await mkdir(dir, { recursive: true });
  const body = `if [ "$1" = -p ]; then echo ${major}; else echo ran "$@"; echo cache "$NODE_COMPILE_CACHE"; fi`;
  await writeFile(join(dir, 'node'), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  return `${dir}:/usr/bin:/bin`;
}

async function built(): Promise<void> {
  await writeFile(join(clone, 'cli/dist/mkt.cjs'), '');
  await writeFile(join(clone, 'cli/dist/oclif.manifest.json'), '{}');
}

it('answers --version where nothing is set up', async () => {
  await expect(launch(join(clone, 'mkt'), ['--version'])).resolves.toEqual({
    code: 0,
    stdout: `mkt ${manifest.version}\n`,
    stderr: '',
  });
});

it('says how to set the clone up where Node is too old', async () => {
  const path = await fakeNode(join(clone, 'old'), 20);
  const { code, stderr } = await launch(join(clone, 'mkt'), ['order', 'list'], path);
  expect(code).toBe(1);
  expect(stderr).toContain('Node 24 is needed, and this is Node 20.');
  expect(stderr).toContain('next: npm start');
});

it('says how to set the clone up where there is a Node and nothing else', async () => {
  const path = await fakeNode(join(clone, 'new'), 24);
  const { code, stderr } = await launch(join(clone, 'mkt'), ['order', 'list'], path);
  expect(code).toBe(1);
  expect(stderr).toContain('This clone is not set up yet.');
});

it('runs the bundle on the Node of the clone, with a compile cache, also through a link', async () => {
  await fakeNode(join(clone, 'node_modules', '.bin'), 24);
  await built();
  const link = join(clone, 'elsewhere');
  await symlink('mkt', link);
  for (const file of [join(clone, 'mkt'), link]) {
    const { code, stdout } = await launch(file, ['order', 'list', '--status', 'a b']);
    expect(code).toBe(0);
    expect(stdout).toBe(
      `ran ${clone}/cli/dist/mkt.cjs order list --status a b\n` +
        `cache ${clone}/node_modules/.cache/compile\n`,
    );
  }
});

it('gives the marketplace a small young generation, which a command would not live to use', async () => {
  await fakeNode(join(clone, 'node_modules', '.bin'), 24);
  await built();
  const { stdout } = await launch(join(clone, 'mkt'), ['dev', '--empty']);
  expect(stdout).toContain(`ran --max-semi-space-size=2 ${clone}/cli/dist/mkt.cjs dev --empty\n`);
});

it('makes the bundle anew when a source is younger', async () => {
  await fakeNode(join(clone, 'node_modules', '.bin'), 24);
  await built();
  await mkdir(join(clone, 'cli', 'src'));
  const future = join(clone, 'cli', 'src', 'new.ts');
  await writeFile(future, '');
  await execute('touch', ['-d', '2099-01-01', future]);
  const { stdout } = await launch(join(clone, 'mkt'), ['order', 'list']);
  expect(stdout.split('\n')[0]).toBe(`ran ${clone}/scripts/ensure.mjs`);
});

const execute = (file: string, args: readonly string[]) =>
  new Promise<void>((resolve, reject) => {
    execFile(file, [...args], (error) => (error ? reject(error) : resolve()));
  });
