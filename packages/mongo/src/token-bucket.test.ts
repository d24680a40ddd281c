import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTokenBucket } from './token-bucket.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = new AbortController().signal;

/** A bucket, and what has come through it. */
function bucketOf(perSecond: number, maxWaiting?: number) {
  const through: string[] = [];
  const options = maxWaiting === undefined ? {} : { maxWaiting };
  const bucket = createTokenBucket({ perSecond, now: Date.now, ...options });
  return {
    through,
    take: (name: string, operations = 1, signal = never) =>
      bucket.take(operations, signal).then(() => void through.push(name)),
  };
}
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('a share of operations', () => {
  test('lets a second’s worth through at once, and the others at the rate, in their order', async () => {
    const { take, through } = bucketOf(100);
    await Promise.all(Array.from({ length: 100 }, (_, at) => take(`at once ${at}`)));
    for (const name of ['a', 'b', 'c']) void take(name);
    await pass(9);
    expect(through).toHaveLength(100);
    await pass(1);
    expect(through.slice(100)).toEqual(['a']);
    await pass(20);
    expect(through.slice(100)).toEqual(['a', 'b', 'c']);
  });

  test('lets a large group go, and those after it wait until its debt is paid', async () => {
    const { take, through } = bucketOf(100);
    await take('large', 300);
    for (const name of ['next', 'after']) void take(name);
    await pass(2_009);
    expect(through).toEqual(['large']);
    await pass(3);
    expect(through).toEqual(['large', 'next']);
    await pass(12);
    expect(through).toEqual(['large', 'next', 'after']);
  });

  test('gives nothing out for time that nobody used beyond a second', async () => {
    const { take, through } = bucketOf(10);
    await pass(60_000);
    for (let at = 0; at < 11; at += 1) void take(`${at}`);
    await pass(99);
    expect(through).toHaveLength(10);
    await pass(1);
    expect(through).toHaveLength(11);
  });

  test('ends a wait by its signal, and does not charge for it', async () => {
    const { take, through } = bucketOf(1);
    await take('first');
    const deadline = new AbortController();
    const given = take('given up', 1, deadline.signal);
    void take('next');
    deadline.abort();
    await expect(given).rejects.toMatchObject({ code: 'DEPENDENCY_OVERLOADED' });
    await pass(1_000);
    expect(through).toEqual(['first', 'next']);
  });

  test('turns away who would wait behind too many', async () => {
    const { take, through } = bucketOf(1, 2);
    await take('first');
    for (const name of ['a', 'b']) void take(name);
    await expect(take('c')).rejects.toMatchObject({ code: 'DEPENDENCY_OVERLOADED' });
    await pass(2_000);
    expect(through).toEqual(['first', 'a', 'b']);
  });
});
