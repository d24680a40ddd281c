import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type InstalledCli, installCli } from './installed-cli.ts';

let cli: InstalledCli;
const servers: Server[] = [];
beforeAll(async () => {
  cli = await installCli();
});
afterAll(async () => {
  for (const server of servers) server.close();
  await cli.remove();
});

/** A server that answers everything with the same bytes, or with nothing; its port. */
async function answering(answer: string): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', () => socket.write(answer));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

interface Check {
  readonly name: string;
  readonly state: string;
  readonly found: string;
  readonly fix?: string;
}

async function doctor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { code, stdout } = await cli.run(['doctor', '--json', ...args], { env });
  const { version, data } = JSON.parse(stdout) as {
    version: number;
    data: { ok: boolean; checks: Check[] };
  };
  const checks = new Map(data.checks.map((check) => [check.name, check]));
  return { code, version, ok: data.ok, check: (name: string) => checks.get(name) };
}

describe('mkt doctor', () => {
  it('says what is wrong and how to mend it, and exits 1', async () => {
    const { code, version, ok, check } = await doctor(['--url', 'http://127.0.0.1:1']);
    expect({ code, version, ok }).toEqual({ code: 1, version: 1, ok: false });
    expect(check('node')).toMatchObject({ state: 'ok' });
    // This installation has no packages beside it.
    expect(check('packages')).toMatchObject({ state: 'wrong', fix: 'npm start' });
    expect(check('marketplace')).toMatchObject({
      state: 'note',
      fix: expect.stringMatching(/dev/),
    });
    const { stdout } = await cli.run(['doctor']);
    expect(stdout).toMatch(/^packages +WRONG +not installed\n +fix: npm start$/m);
  });

  it('knows a real PostgreSQL, and what only listens like one', async () => {
    const real = await doctor([], { DATABASE_URL: inject('postgresUrl') });
    expect(real.check('postgresql')).toMatchObject({ state: 'ok' });
    const web = await answering('HTTP/1.1 400 Bad Request\r\n\r\n');
    const other = await doctor([], { DATABASE_URL: `postgresql://127.0.0.1:${web}/shop` });
    expect(other.check('postgresql')).toMatchObject({ state: 'wrong' });
    const gone = await doctor([], { DATABASE_URL: 'postgresql://127.0.0.1:1/shop' });
    expect(gone.check('postgresql')).toMatchObject({
      state: 'wrong',
      found: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('knows Redis by its answer', async () => {
    const port = await answering('+PONG\r\n');
    const { check } = await doctor([], { REDIS_URL: `redis://127.0.0.1:${port}` });
    expect(check('redis')).toMatchObject({ state: 'ok' });
  });

  it('sees that something else has the port, and a file where the folder should be', async () => {
    const port = await answering('?');
    await writeFile(join(cli.root, 'file'), '');
    const { check } = await doctor(['--port', String(port), '--data', 'file']);
    expect(check('port')).toMatchObject({
      state: 'wrong',
      fix: expect.stringContaining(`--port ${port + 1}`),
    });
    expect(check('data folder')).toMatchObject({ state: 'wrong' });
  });
});

describe('mkt open', () => {
  it('starts the browser that is chosen, with the address', async () => {
    const browser = join(cli.root, 'browser');
    const seen = join(cli.root, 'seen');
    await writeFile(browser, `#!/bin/sh\necho "$1" > '${seen}'\n`, { mode: 0o755 });
    const env = { BROWSER: browser, MKT_URL: 'http://shop.test:9000' };
    const ran = await cli.run(['open', 'docs'], { env });
    expect(ran).toEqual({ code: 0, stdout: 'http://shop.test:9000/docs\n', stderr: '' });
    await expect
      .poll(() => readFile(seen, 'utf8').catch(() => ''))
      .toBe('http://shop.test:9000/docs\n');
  });

  it('writes the address where there is no browser', async () => {
    const ran = await cli.run(['open'], { env: { BROWSER: 'none', MKT_URL: 'http://shop.test' } });
    expect(ran).toMatchObject({
      code: 0,
      stdout: 'http://shop.test/\n',
      stderr: expect.stringContaining('no browser'),
    });
    const gone = await cli.run(['open'], { env: { BROWSER: '/nowhere/browser' } });
    expect(gone).toMatchObject({ code: 0, stderr: expect.stringContaining('no browser') });
  });
});

describe('completion', () => {
  async function written(shell: string): Promise<string> {
    const { code, stdout } = await cli.run(['completion', shell]);
    expect(code).toBe(0);
    const path = join(cli.root, `mkt.${shell}`);
    await writeFile(path, stdout);
    return path;
  }

  it.each<[string[], string[]]>([
    [['mkt', 'ven'], ['vendor']],
    [['mkt', 'vendor', 'k'], ['key']],
    [
      ['mkt', 'vendor', 'staff', ''],
      ['invite', 'list', 'remove', 'role'],
    ],
    [['./mkt', 'order', 'list', '--sta'], ['--status']],
    [['mkt', 'order', 'list', '--status', 'pl'], ['placed']],
    [['mkt', '--as', 'order', 'stock', 's'], ['set']],
    [['mkt', 'order', 'show', 'M'], []],
    [['mkt', 'completion', '--js'], ['--json']],
  ])('in bash, %j is completed to %j', async (words, completed) => {
    const script = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _mkt
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const path = await written('bash');
    const { stdout } = await promisify(execFile)('bash', ['-c', script, 'bash', path, ...words]);
    expect(stdout.split('\n').filter((line) => line !== '')).toEqual(completed);
  });

  it.each([
    ['bash', ['bash', '-n']],
    ['zsh', ['zsh', '-n']],
    ['fish', ['fish', '--no-execute']],
  ])('%s reads its script, where it is installed', async (shell, [program = '', ...args]) => {
    const path = await written(shell);
    const script = await readFile(path, 'utf8');
    expect(script).toContain('vendor staff');
    expect(script).toContain('partlyShipped');
    const checked = promisify(execFile)(program, [...args, path]).catch((error: unknown) => {
      // Not here: what can be said of it is said above, and its own machine checks the rest.
      if ((error as { code?: unknown }).code === 'ENOENT') return;
      throw error;
    });
    await expect(checked).resolves.not.toThrow();
  });
});
