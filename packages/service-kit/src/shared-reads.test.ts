import { expect, test } from 'vitest';
import { createSharedReads } from './shared-reads.ts';

/** A store whose reads end when the test says so. */
function heldStore(maxKeys = 100) {
  const reads: { keys: readonly string[]; answer: PromiseWithResolvers<Map<string, string>> }[] =
    [];
  const ask = createSharedReads<string>({
    maxKeys,
    readMany: (keys) => {
      const answer = Promise.withResolvers<Map<string, string>>();
      reads.push({ keys, answer });
      return answer.promise;
    },
  });
  const finish = (at: number, suffix = '') =>
    reads[at]?.answer.resolve(new Map(reads[at].keys.map((key) => [key, key + suffix])));
  return { ask, reads, finish };
}

test('the first question is read at once, and those that come meanwhile by one read', async () => {
  const { ask, reads, finish } = heldStore();
  const first = ask('a');
  await expect.poll(() => reads.length).toBe(1);
  const rest = [ask('b'), ask('c'), ask('b')];
  expect(reads.map(({ keys }) => keys)).toEqual([['a']]);
  finish(0);
  expect(await first).toBe('a');
  await expect.poll(() => reads.length).toBe(2);
  expect(reads[1]?.keys).toEqual(['b', 'c']);
  finish(1);
  expect(await Promise.all(rest)).toEqual(['b', 'c', 'b']);
});

test('nobody is answered by a read that began before he asked', async () => {
  const { ask, reads, finish } = heldStore();
  const early = ask('a');
  await expect.poll(() => reads.length).toBe(1);
  const late = ask('a');
  finish(0, ' old');
  expect(await early).toBe('a old');
  await expect.poll(() => reads.length).toBe(2);
  finish(1, ' new');
  expect(await late).toBe('a new');
});

test('more keys than a read may hold wait for the one after', async () => {
  const { ask, reads, finish } = heldStore(2);
  const all = ['a', 'b', 'c'].map((key) => ask(key));
  await expect.poll(() => reads.length).toBe(1);
  expect(reads[0]?.keys).toEqual(['a', 'b']);
  finish(0);
  await expect.poll(() => reads.length).toBe(2);
  finish(1);
  expect(await Promise.all(all)).toEqual(['a', 'b', 'c']);
});

test('what the store does not have is undefined', async () => {
  const { ask, reads } = heldStore();
  const missing = ask('a');
  await expect.poll(() => reads.length).toBe(1);
  reads[0]?.answer.resolve(new Map());
  expect(await missing).toBeUndefined();
});

test('a read that fails fails for those who shared it, and the next is tried', async () => {
  const { ask, reads, finish } = heldStore();
  const failing = ask('a');
  await expect.poll(() => reads.length).toBe(1);
  const next = ask('a');
  reads[0]?.answer.reject(new Error('The store is gone'));
  await expect(failing).rejects.toThrow('gone');
  await expect.poll(() => reads.length).toBe(2);
  finish(1);
  expect(await next).toBe('a');
});
