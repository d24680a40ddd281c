// Prints how long commands take to start, against the smallest program there is: `node -e 0`. They
// take turns, and the faster quarter counts, so that what else runs on the machine matters less.
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

const ROUNDS = 20;
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

async function timeOf(program: string, args: readonly string[]): Promise<number> {
  const env = { ...process.env, MKT_CONFIG_DIR: configDir, MKT_URL: url };
  const startedAt = performance.now();
  await once(spawn(program, args, { env, stdio: 'ignore' }), 'close');
  return performance.now() - startedAt;
}

const times = new Map(cases.map(([name]): [string, number[]] => [name, []]));
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [name, program, ...args] of cases) {
    times.get(name)?.push(await timeOf(program, args));
  }
}
server.close();
rmSync(configDir, { recursive: true });

const typical = (all: readonly number[] = []): number =>
  all.toSorted((a, b) => a - b)[Math.floor(all.length / 4)] ?? 0;
const baseMs = typical(times.get('node -e 0'));
for (const [name, all] of times) {
  const ms = typical(all);
  console.log(`${name.padEnd(16)} ${ms.toFixed(0).padStart(4)} ms  ${(ms / baseMs).toFixed(2)}`);
}
