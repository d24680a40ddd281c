import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Cache } from '../../cache/cache.ts';
import { gate, poll } from './waiting.ts';

export interface CacheSubject {
  readonly cache: Cache;
  close(): Promise<void>;
}

const minuteMs = 60_000;
const shortMs = 30;

/**
 * What every cache keeps to. `maxEntries` is given where the adapter itself counts entries; a store
 * that bounds its memory by a policy of its own has none.
 */
export function cacheContract(
  name: string,
  open: () => Promise<CacheSubject>,
  limits: { readonly maxEntries?: number } = {},
): void {
  describe(`${name} as a cache`, () => {
    let subject: CacheSubject;
    let cache: Cache;
    let keysMade = 0;
    /** A key that no other test has used. */
    function freshKey(): string {
      keysMade += 1;
      return `contract:${keysMade}:`;
    }

    beforeAll(async () => {
      subject = await open();
      cache = subject.cache;
    });
    afterAll(() => subject.close());

    /** What a look at the key gives where a load would give `'loaded again'`. */
    const look = (key: string): Promise<unknown> =>
      cache.getOrLoad(key, minuteMs, async () => 'loaded again');

    test.each([
      ['an object', { id: 'p1', tags: ['a', 'b'], price: { amountMinor: 990, currency: 'EUR' } }],
      ['nothing found', null],
      ['an empty list', []],
      ['zero', 0],
      ['no', false],
      ['text beyond ASCII', 'Größe 42 — ✓'],
    ])('answers with the first loaded value until it expires: %s', async (_, value) => {
      const key = freshKey();
      expect(await cache.getOrLoad(key, minuteMs, async () => value)).toEqual(value);
      expect(await look(key)).toEqual(value);
    });

    test('keeps keys apart', async () => {
      const [a, b] = [freshKey(), freshKey()];
      await cache.getOrLoad(a, minuteMs, async () => 'a');
      await cache.getOrLoad(b, minuteMs, async () => 'b');
      expect(await look(a)).toBe('a');
      expect(await look(b)).toBe('b');
    });

    test('lets a value expire after its own time, however often it is read', async () => {
      const [brief, lasting] = [freshKey(), freshKey()];
      const load = vi.fn(async () => load.mock.calls.length);
      await cache.getOrLoad(lasting, minuteMs, async () => 'lasting');
      expect(await cache.getOrLoad(brief, shortMs, load)).toBe(1);
      await poll(async () => (await cache.getOrLoad(brief, shortMs, load)) === 2);
      expect(await look(lasting)).toBe('lasting');
    });

    test('lets fifty callers that miss at once share one load', async () => {
      const key = freshKey();
      const opened = gate();
      const load = vi.fn(() => opened.passed.then(() => ({ n: load.mock.calls.length })));
      const callers = Array.from({ length: 50 }, () => cache.getOrLoad(key, minuteMs, load));
      await poll(() => load.mock.calls.length > 0);
      opened.open();
      expect(await Promise.all(callers)).toEqual(Array.from({ length: 50 }, () => ({ n: 1 })));
      expect(load).toHaveBeenCalledTimes(1);
    });

    test('tells every waiting caller of a failed load and does not keep the failure', async () => {
      const key = freshKey();
      const opened = gate();
      const load = vi.fn(() => opened.passed.then(() => Promise.reject(new Error('no source'))));
      const callers = Array.from({ length: 5 }, () => cache.getOrLoad(key, minuteMs, load));
      const outcomes = Promise.allSettled(callers);
      await poll(() => load.mock.calls.length > 0);
      opened.open();
      for (const outcome of await outcomes) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: { message: 'no source' } });
      }
      expect(load).toHaveBeenCalledTimes(1);
      expect(await look(key)).toBe('loaded again');
    });

    test('loads again after a delete', async () => {
      const key = freshKey();
      await cache.getOrLoad(key, minuteMs, async () => 'old');
      await cache.delete(key);
      expect(await look(key)).toBe('loaded again');
    });

    test.each(['delete', 'deletePrefix'] as const)(
      'does not keep what was being loaded when %s came: it may be stale',
      async (forget) => {
        const key = freshKey();
        const opened = gate();
        const load = vi.fn(() => opened.passed.then(() => 'stale'));
        const early = cache.getOrLoad(key, minuteMs, load);
        await poll(() => load.mock.calls.length > 0);
        await cache[forget](key);
        // Whoever asks after the delete must not join the load from before it.
        const late = look(key);
        opened.open();
        expect(await early).toBe('stale');
        expect(await late).toBe('loaded again');
        expect(await cache.getOrLoad(key, minuteMs, async () => 'third')).toBe('loaded again');
      },
    );

    test('forgets the keys of a prefix and no others', async () => {
      const prefix = freshKey();
      const keys = Array.from({ length: 30 }, (_, at) => `${prefix}${at}`);
      const other = freshKey();
      for (const key of [...keys, other]) await cache.getOrLoad(key, minuteMs, async () => 'old');
      await cache.deletePrefix(prefix);
      expect(await Promise.all(keys.map(look))).toEqual(keys.map(() => 'loaded again'));
      expect(await look(other)).toBe('old');
    });

    test('takes a prefix as it is written, not as a pattern', async () => {
      const base = freshKey();
      const [literal, alike] = [`${base}[ab]*?\\:1`, `${base}a-anything-x:1`];
      for (const key of [literal, alike]) await cache.getOrLoad(key, minuteMs, async () => 'old');
      await cache.deletePrefix(`${base}[ab]*?\\:`);
      expect(await look(literal)).toBe('loaded again');
      expect(await look(alike)).toBe('old');
    });

    const { maxEntries } = limits;
    if (maxEntries !== undefined) {
      test('never holds more entries than its bound, and lets the longest unused go', async () => {
        const prefix = freshKey();
        const keys = Array.from({ length: maxEntries + 10 }, (_, at) => `${prefix}${at}`);
        for (const key of keys) await cache.getOrLoad(key, minuteMs, async () => 'kept');
        const newest = keys.slice(-maxEntries);
        expect(await Promise.all(newest.map(look))).toEqual(newest.map(() => 'kept'));
        const oldest = keys.slice(0, 10);
        expect(await Promise.all(oldest.map(look))).toEqual(oldest.map(() => 'loaded again'));
      });
    }
  });
}
