import { afterEach, expect, test } from 'vitest';
import { type Supervised, type SupervisedOptions, supervise } from './supervised.ts';

const quick = { firstMs: 5, maxMs: 20, healthyAfterMs: 60_000, most: 3 };
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
    args: ['--eval', script],
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

test('one that keeps ending is left alone after a bounded number of starts', async () => {
  const { one, news } = start('process.exit(3)');
  await expect(one.firstReady).rejects.toThrow('left alone');
  expect(one.state).toBe('failed');
  expect(one.restarts).toBe(quick.most);
  expect(news).toHaveLength(quick.most + 1);
});

test('one that says that its configuration is wrong is not started again', async () => {
  const { one } = start('process.exit(78)');
  await expect(one.firstReady).rejects.toThrow('cannot help');
  expect(one.restarts).toBe(0);
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
