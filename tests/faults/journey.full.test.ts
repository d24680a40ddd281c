import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { backendNames } from '../../marketplace/src/load-definition.ts';
import { type DevProcess, repositoryDir, runScript, startDev } from '../support/dev-process.ts';
import { type Block, blocksOf, patternOf } from '../support/document.ts';
import { expectOk, request } from '../support/http.ts';

const folder = '.mkt/journey';
const mark = 'what the next block prints:';
/**
 * Killed in turn, one with each block of commands; each comes back by itself. Not the gateway: a
 * command that finds nobody at the address says so, and does not wait.
 */
const victims = [
  'redis',
  'order',
  'product',
  'user',
  'redis',
  'payment',
  'inventory',
  'vendor',
  'redis',
  'cart',
  'payout',
  'search',
  'shipping',
  'pricing',
] as const;
const restMs = 120_000;
/** What a command says, to whoever watches it, while it waits for what is away. */
const saidMeanwhile = /^The marketplace .*trying again in .*\n/gm;

let dev: DevProcess;
let blocks: Block[];
let operator: string;
beforeAll(async () => {
  blocks = blocksOf(await readFile(join(repositoryDir, 'docs/journey.md'), 'utf8'));
  const server = blocks.find(({ info }) => info === 'sh server')?.text ?? '';
  dev = await startDev(`${server.trim().replace(folder, '{data}')} --processes`);
  const password = (await readFile(join(dev.dataDir, 'operator-password'), 'utf8')).trim();
  const body = { email: 'operator@marketplace.example.test', password };
  const session = await expectOk(request(dev.url, 'POST', '/v1/auth/login', { body }));
  operator = session.accessToken;
}, 300_000);
afterAll(() => dev?.stop());

function processes(): { readonly pid: number; readonly parent: number; readonly args: string }[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.map((line) => {
    const [pid = 0, parent = 0] = line.trim().split(/\s+/, 2).map(Number);
    return { pid, parent, args: line };
  });
}

/** The process of a service, or of the Redis that was started here; 0 while it has none. */
function pidOf(victim: string): number {
  const isIt = (args: string): boolean =>
    victim === 'redis'
      ? /redis-server|valkey-server/.test(args)
      : args.includes('service-main.ts') && args.trimEnd().endsWith(` ${victim}`);
  return processes().find(({ parent, args }) => parent === dev.pid && isIt(args))?.pid ?? 0;
}

/** Nothing waits in an outbox or on the bus, so that the next command finds what the last one did. */
async function untilAtRest(): Promise<void> {
  const waiting = async (): Promise<number> => {
    const counts = await Promise.all(
      backendNames.map(async (name) => {
        const path = `/v1/operations/${name}/outbox`;
        return (await expectOk(request(dev.url, 'GET', path, { token: operator }))).waiting;
      }),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  };
  await expect.poll(() => waiting().catch(() => -1), { timeout: restMs, interval: 100 }).toBe(0);
  const settle = { token: operator, body: { ms: 1 } };
  await expectOk(request(dev.url, 'POST', '/v1/clock/advance', settle));
}

test('the journey of the README is the same while Redis and services are killed under it', async () => {
  const steps = blocks.filter(({ info }) => info === 'sh');
  const gate = (place: number): string => join(dev.dataDir, `gate-${place}`);
  const kills: string[] = [];
  let begun = 0;

  /** Each block begins when all is at rest, and loses one process at once. */
  async function openGate(place: number): Promise<void> {
    await untilAtRest();
    const victim = victims[place % victims.length] ?? 'redis';
    const pid = pidOf(victim);
    await writeFile(gate(place), '');
    if (pid === 0) return;
    process.kill(pid, 'SIGKILL');
    kills.push(victim);
  }

  let failure: unknown;
  const script = steps
    .map(
      ({ text }, place) =>
        `echo; echo '${mark}'\nuntil [ -e '${gate(place)}' ]; do sleep 0.1; done\n` +
        text.replaceAll(folder, dev.dataDir),
    )
    .join('\n');
  const began = performance.now();
  const { code, output } = await runScript(script, dev.env, (soFar) => {
    const reached = soFar.split(`\n${mark}\n`).length - 1;
    for (; begun < reached; begun += 1) {
      const place = begun;
      void openGate(place).catch(async (error: unknown) => {
        failure ??= error;
        await writeFile(gate(place), '');
      });
    }
  });
  const waits = output.match(saidMeanwhile)?.length ?? 0;
  process.stderr.write(
    `${steps.length} blocks in ${Math.round((performance.now() - began) / 1_000)} s, ` +
      `${waits} waits, ${kills.length} kills: ${kills.join(' ')}\n`,
  );
  expect(failure).toBeUndefined();
  const printed = output.replaceAll(saidMeanwhile, '').split(`\n${mark}\n`).slice(1);
  expect({ code, blocks: printed.length, end: output.slice(-2_000) }).toMatchObject({
    code: 0,
    blocks: steps.length,
  });
  expect(kills.filter((victim) => victim === 'redis').length).toBeGreaterThan(1);
  expect(new Set(kills).size).toBeGreaterThan(6);
  for (const [place, { text }] of steps.entries()) {
    const next = blocks[blocks.findIndex((block) => block.text === text) + 1];
    if (next?.info !== 'text') continue;
    expect(`${printed[place]?.trimEnd()}\n`).toMatch(patternOf(next.text));
  }
  await untilAtRest();
  const verified = await expectOk(
    request(dev.url, 'POST', '/v1/ledger/verify', { token: operator }),
  );
  expect(verified).toMatchObject({ ok: true, violations: [] });
}, 1_200_000);
