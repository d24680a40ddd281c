import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextTry } from './retry.ts';

const policy = { maxAttempts: 4, firstMs: 1_000, maxMs: 3_000 };
const now = new Date('2026-03-01T12:00:00Z');
const pauseMs = (attempts: number) =>
  Number(nextTry({ attempts, permanent: false, now }, policy)) - now.getTime();

describe('the next try', () => {
  test('comes after pauses that double up to a limit', () => {
    expect([1, 2, 3].map(pauseMs)).toEqual([1_000, 2_000, 3_000]);
  });

  test('does not come after the last', () => {
    expect(nextTry({ attempts: 4, permanent: false, now }, policy)).toBeNull();
  });

  test('does not come where no try can help', () => {
    expect(nextTry({ attempts: 1, permanent: true, now }, policy)).toBeNull();
  });

  test('is never sooner than the first pause nor later than the longest', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), (attempts) => {
        const at = nextTry({ attempts, permanent: false, now }, { ...policy, maxAttempts: 1_000 });
        const pause = Number(at) - now.getTime();
        expect(pause).toBeGreaterThanOrEqual(policy.firstMs);
        expect(pause).toBeLessThanOrEqual(policy.maxMs);
      }),
    );
  });
});
