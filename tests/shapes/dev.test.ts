import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, test } from 'vitest';
import { repositoryDir } from '../support/dev-process.ts';
import { request } from '../support/http.ts';

interface Running {
  readonly child: ChildProcess;
  readonly dataDir: string;
  /** What it said, a line at a time. */
  readonly said: string[];
  readonly url: string;
  readonly exited: Promise<number | null>;
}

const dirs: string[] = [];
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const dir of dirs.splice(0)) {
    await expect.poll(() => processesOf(dir), { timeout: 20_000 }).toEqual([]);
    await rm(dir, { recursive: true, force: true });
  }
});

/** `mkt dev` as a person starts it, without the demo: it is told the same in every shape. */
async function startDev(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  known?: string,
): Promise<Running> {
  const root = known ?? (await mkdtemp(join(tmpdir(), 'mkt-dev-shape-')));
  if (!known) dirs.push(root);
  const dataDir = join(root, 'data');
  const child = spawn('sh', ['mkt', 'dev', '--data', dataDir, '--port', '0', '--empty', ...args], {
    cwd: repositoryDir,
    env: { ...process.env, MKT_CONFIG_DIR: join(root, 'config'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const said: string[] = [];
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        said.push(line);
        const address = /marketplace answers at (\S+)/.exec(line)?.[1];
        if (address) resolve(address);
      });
    }
    child.once('exit', (code) => reject(new Error(`It ended with ${code}:\n${said.join('\n')}`)));
  });
  return { child, dataDir, said, url, exited };
}

/** Processes that have to do with a folder, or were started by one that has. */
function processesOf(dir: string): string[] {
  const all = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' });
  return all.split('\n').filter((line) => line.includes(dir) && !line.includes('ps -eo'));
}

const servicesOf = (pid: number): number[] =>
  execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter(
      (line) => line.includes('service-main.ts') && Number(line.trim().split(/\s+/)[1]) === pid,
    )
    .map((line) => Number(line.trim().split(/\s+/)[0]));

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('mkt dev --processes', () => {
  test('says what it runs on, stops everything on one Ctrl-C, and leaves nothing when killed', async () => {
    const first = await startDev(['--processes']);
    expect(first.said.join('\n')).toMatch(/PostgreSQL\s+started here[\s\S]*Redis\s+started here/);
    expect((await request(first.url, 'GET', '/readyz')).status).toBe(200);
    const services = servicesOf(first.child.pid ?? 0);
    expect(services).toHaveLength(15);
    first.child.kill('SIGINT');
    expect(await first.exited).toBe(0);
    expect(services.filter(isAlive)).toEqual([]);
    expect(first.said.filter((line) => line.includes('ended'))).toEqual([]);

    const second = await startDev(['--processes'], {}, dirname(first.dataDir));
    const again = servicesOf(second.child.pid ?? 0);
    second.child.kill('SIGKILL');
    await expect.poll(() => again.filter(isAlive), { timeout: 20_000 }).toEqual([]);
    await expect.poll(() => processesOf(first.dataDir), { timeout: 20_000 }).toEqual([]);
  }, 180_000);
});

describe('mkt dev --connected', () => {
  test('runs in one process on what is installed, and says so for each store', async () => {
    const { said, url, child, exited } = await startDev(['--connected']);
    expect(said.join('\n')).toMatch(
      /PostgreSQL\s+started here[\s\S]*Redis\s+started here[\s\S]*MongoDB\s+none named/,
    );
    expect((await request(url, 'GET', '/v1/search?q=mug')).status).toBe(200);
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
  }, 120_000);

  test.each([
    ['REDIS_URL', 'localhost', 'REDIS_URL', 'Write a whole URL'],
    ['DATABASE_URL', 'postgres://db.example.test', 'DATABASE_URL', 'names no user'],
    ['REDIS_URL', 'redis://127.0.0.1:1', 'Redis', 'REDIS_URL'],
    ['DATABASE_URL', 'postgres://mkt@127.0.0.1:1/shop', '127.0.0.1:1/shop', 'DATABASE_URL'],
    ['MONGODB_URL', 'mongodb://127.0.0.1:1/shop', 'MongoDB', 'MONGODB_URL'],
  ])(
    'with %s=%s ends and says why and what to do',
    async (name, value, why, next) => {
      const ended = startDev(['--connected'], { [name]: value });
      await expect(ended).rejects.toThrow(/ended with 1/);
      await expect(ended).rejects.toThrow(why);
      await expect(ended).rejects.toThrow(next);
    },
    30_000,
  );
});
