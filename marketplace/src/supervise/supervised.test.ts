import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { type Supervised, type SupervisedOptions, supervise } from './supervised.ts';

const quick = { firstMs: 5, maxMs: 20, healthyAfterMs: 60_000, mostBeforeReady: 3 };
const running: Supervised[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop(1_000)));
});

/** A process that runs a line of JavaScript. */
function start(script: string, more: Partial<SupervisedOptions> = {}) {
  const lines: string[] = [];
  const news: string[] = [];
  const one = supervise({
    name: 'sample',
    args: () => ['--eval', script],
    env: () => ({}),
    restart: quick,
    onLine: (line) => lines.push(line),
    onNews: (sentence) => news.push(sentence),
    ...more,
  });
  running.push(one);
  return { one, lines, news };
}

const ready = `process.send({ type: 'ready' });`;
const stays = `process.on('disconnect', () => process.exit()); setInterval(() => {}, 1000);`;

test('a process that says so is ready, and what it writes is passed on by lines', async () => {
  const { one, lines } = start(`console.log('a\\nb'); console.error('c'); ${ready} ${stays}`);
  await one.firstReady;
  expect(one.state).toBe('ready');
  await expect.poll(() => lines.toSorted()).toEqual(['a', 'b', 'c']);
});

test('one that is killed is started again', async () => {
  const { one, news } = start(ready + stays);
  await one.firstReady;
  const before = one.pid;
  one.kill('SIGKILL');
  await one.untilReady();
  expect(one.pid).not.toBe(before);
  expect(one.restarts).toBe(1);
  expect(news).toEqual([expect.stringContaining('SIGKILL')]);
});

test('one that was never ready is left alone after a bounded number of starts', async () => {
  const { one, news } = start('process.exit(3)');
  await expect(one.firstReady).rejects.toThrow('left alone');
  expect(one.state).toBe('failed');
  expect(one.restarts).toBe(quick.mostBeforeReady);
  expect(news).toHaveLength(quick.mostBeforeReady + 1);
});

test('one that never was, and says that its configuration is wrong, is not started again', async () => {
  const { one } = start('process.exit(78)');
  await expect(one.firstReady).rejects.toThrow('cannot help');
  expect(one.restarts).toBe(0);
});

describe('one that was ready once', () => {
  /** Ready at its first start and whenever the file is away; ends with that code otherwise. */
  async function startMissing(code: number) {
    const dir = await mkdtemp(join(tmpdir(), 'mkt-supervised-'));
    onTestFinished(() => rm(dir, { recursive: true, force: true }));
    const outage = join(dir, 'outage');
    const began = start(
      `if (fs.existsSync(process.env.OUTAGE)) process.exit(${code}); ${ready} ${stays}`,
      { env: () => ({ OUTAGE: outage }) },
    );
    await began.one.firstReady;
    await writeFile(outage, '');
    began.one.kill('SIGKILL');
    return { ...began, end: () => rm(outage) };
  }

  test('is never given up, is told of ever more rarely, and comes back', async () => {
    const { one, news, end } = await startMissing(1);
    await expect.poll(() => one.restarts, { timeout: 15_000 }).toBeGreaterThan(10);
    expect(one.state).not.toBe('failed');
    const told = news.filter((line) => line.includes('ended with code 1'));
    expect(told.length).toBeLessThan(one.restarts / 2 + 1);
    expect(told.at(-1)).toMatch(/the 8th time in \d+ s; starting it again in \d+ ms/);
    await end();
    await one.untilReady();
    expect(news.at(-1)).toMatch(/is ready again after \d+ ends/);
  });

  test('and finds something to be mended says so, and is tried at the longest pause', async () => {
    const { one, news, end } = await startMissing(78);
    await expect.poll(() => news.join()).toContain('needs mending');
    const pauseMs = Number(/starting it again in (\d+) ms/.exec(news.at(-1) ?? '')?.[1]);
    expect(pauseMs).toBeGreaterThanOrEqual(quick.maxMs * 0.75);
    await end();
    await one.untilReady();
  });
});

test('stopping lets it finish, and cuts it off where it does not', async () => {
  const polite = start(`process.on('SIGTERM', () => { console.log('bye'); process.exit(0); });
    ${ready} ${stays}`);
  await polite.one.firstReady;
  await polite.one.stop(5_000);
  expect(polite.lines).toEqual(['bye']);
  const deaf = start(`process.on('SIGTERM', () => {}); ${ready} setInterval(() => {}, 1000);`);
  await deaf.one.firstReady;
  await deaf.one.stop(20);
  expect([deaf.one.state, deaf.news]).toEqual(['stopped', []]);
});
