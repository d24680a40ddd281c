import { uuidv7 } from '@mkt/kernel';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BucketSpec, RateLimiter } from '../../limits/rate-limiter.ts';
import { poll } from './waiting.ts';

export interface RateLimiterSubject {
  /** A limiter of that bucket; two of the same name share their buckets where the adapter can. */
  limiter(spec: BucketSpec): RateLimiter;
  close(): Promise<void>;
}

/** Refills so slowly that nothing comes back within a test. */
const slow: BucketSpec = { name: 'slow', perSecond: 0.01, burst: 5 };
const fast: BucketSpec = { name: 'fast', perSecond: 20, burst: 2 };

/** What every rate limiter keeps to. */
export function rateLimiterContract(name: string, open: () => Promise<RateLimiterSubject>): void {
  describe(`${name} as a rate limiter`, () => {
    let subject: RateLimiterSubject;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.close());

    test('allows a burst, counts it down, and then says when to come back', async () => {
      const limiter = subject.limiter(slow);
      const key = uuidv7();
      for (const remaining of [4, 3, 2, 1, 0]) {
        expect(await limiter.take(key)).toEqual({ allowed: true, remaining, retryAfterSeconds: 0 });
      }
      const refused = await limiter.take(key);
      expect(refused).toMatchObject({ allowed: false, remaining: 0 });
      expect(refused.retryAfterSeconds).toBeGreaterThan(98);
      expect(refused.retryAfterSeconds).toBeLessThanOrEqual(100);
    });

    test('refills evenly, up to the burst and no further', async () => {
      const limiter = subject.limiter(fast);
      const key = uuidv7();
      await limiter.take(key);
      await limiter.take(key);
      expect(await limiter.take(key)).toMatchObject({ allowed: false, retryAfterSeconds: 1 });
      await poll(async () => (await limiter.take(key)).allowed);
      const rested = uuidv7();
      await limiter.take(rested);
      // Far longer than filling it up takes.
      const until = performance.now() + 40 * (1_000 / fast.perSecond) * 0.1;
      await poll(() => performance.now() > until);
      expect(await limiter.take(rested)).toMatchObject({ allowed: true, remaining: 1 });
    });

    test('keeps keys apart', async () => {
      const limiter = subject.limiter(slow);
      const [spent, other] = [uuidv7(), uuidv7()];
      for (let take = 0; take < 6; take += 1) await limiter.take(spent);
      expect(await limiter.take(spent)).toMatchObject({ allowed: false });
      expect(await limiter.take(other)).toMatchObject({ allowed: true, remaining: 4 });
    });

    test('keeps the buckets of two limiters apart, though their keys are the same', async () => {
      const [clients, vendors] = ['clients', 'vendors'].map((bucket) =>
        subject.limiter({ ...slow, name: bucket }),
      );
      const key = uuidv7();
      for (let take = 0; take < 6; take += 1) await clients?.take(key);
      expect(await clients?.take(key)).toMatchObject({ allowed: false });
      expect(await vendors?.take(key)).toMatchObject({ allowed: true, remaining: 4 });
    });

    test('never allows more than the burst to many who ask at once', async () => {
      const limiter = subject.limiter(slow);
      const key = uuidv7();
      const taken = await Promise.all(Array.from({ length: 40 }, async () => limiter.take(key)));
      expect(taken.filter(({ allowed }) => allowed)).toHaveLength(slow.burst);
    });

    test('takes any key', async () => {
      const limiter = subject.limiter(slow);
      for (const key of ['', '::1', 'ключ {a} *', 'x'.repeat(2_000)]) {
        expect(await limiter.take(key)).toMatchObject({ allowed: true, remaining: 4 });
        expect(await limiter.take(key)).toMatchObject({ allowed: true, remaining: 3 });
      }
    });
  });
}
