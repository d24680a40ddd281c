// Prints what commands cost to start, against the smallest program there is: `node -e 0`. Counted is
// the processor's time, not the wall's, so that what else runs on the machine matters less; the
// commands take turns, and the median counts. Exits 1 where one costs more than it may.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileCredentials } from '../src/adapters/credentials.ts';
import type { Session } from '../src/adapters/session.ts';
import { cliDir } from './commands.ts';

const ROUNDS = 21;
const limits: Readonly<Record<string, number>> = { 'mkt --version': 1.3, 'mkt order list': 3.2 };
const launcher = join(cliDir, '..', 'mkt');
const configDir = mkdtempSync(join(tmpdir(), 'mkt-start-'));
const answer = JSON.stringify({ items: [], nextCursor: null });
const server = createServer((_, response) => {
  response.setHeader('content-type', 'application/json').end(answer);
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const forever = '2999-01-01T00:00:00Z';
const session: Session = {
  kind: 'user',
  userId: 'one',
  sessionId: 'one',
  operator: true,
  vendor: null,
  accessToken: 'access',
  expiresAt: forever,
  refreshToken: 'refresh',
  refreshExpiresAt: forever,
  email: null,
};
await fileCredentials({ configDir, url, profile: 'default' }).change(async () => session);

const cases: readonly (readonly [name: string, program: string, ...args: string[]])[] = [
  ['node -e 0', process.execPath, '-e', '0'],
  ['node, one fetch', process.execPath, '-e', `fetch('${url}').then((one) => one.text())`],
  ['mkt --version', launcher, '--version'],
  ['mkt --help', launcher, '--help'],
  ['mkt order list', launcher, 'order', 'list'],
];

/** What it took of the processor, by the system's own count: it and all that it started. */
async function cpuOf(program: string, args: readonly string[]): Promise<number> {
  const env = { ...process.env, MKT_CONFIG_DIR: configDir, MKT_URL: url, TIMEFORMAT: '%3U %3S' };
  const timed = 'time "$@" >/dev/null 2>&1';
  const shell = spawn('bash', ['-c', timed, 'bash', program, ...args], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  shell.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const [code] = (await once(shell, 'close')) as [number | null];
  // A program that fails early is fast, and nothing is learned from it.
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}`);
  const [user, system] = said.trim().split(' ').map(Number);
  if (user === undefined || system === undefined) throw new Error(`bash said: ${said}`);
  return (user + system) * 1_000;
}

const times = new Map(cases.map(([name]): [string, number[]] => [name, []]));
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [name, program, ...args] of cases) {
    times.get(name)?.push(await cpuOf(program, args));
  }
}
server.close();
rmSync(configDir, { recursive: true });

const median = (all: readonly number[] = []): number =>
  all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;
const baseMs = median(times.get('node -e 0'));
for (const [name, all] of times) {
  const ms = median(all);
  const limit = limits[name];
  const judged = limit === undefined ? '' : `  at most ${limit}`;
  console.log(
    `${name.padEnd(16)} ${ms.toFixed(0).padStart(4)} ms  ${(ms / baseMs).toFixed(2)}${judged}`,
  );
  if (limit !== undefined && ms / baseMs > limit) process.exitCode = 1;
}
