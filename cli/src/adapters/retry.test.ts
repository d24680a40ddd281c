import { describe, expect, it } from 'vitest';
import { defaultRetry, retryAfterOf, waitBeforeRetry } from './retry.ts';

describe('the wait before another attempt', () => {
  it('is what the server asks for', () => {
    const state = { attempt: 1, waitedMs: 0, retryAfterMs: 3_000 };
    expect(waitBeforeRetry(defaultRetry, state, 0.5)).toBe(3_000);
  });

  it('doubles where the server does not say, and is spread', () => {
    const waits = [1, 2, 3].map((attempt) =>
      waitBeforeRetry(defaultRetry, { attempt, waitedMs: 0 }, 1),
    );
    expect(waits).toEqual([250, 500, 1_000]);
    expect(waitBeforeRetry(defaultRetry, { attempt: 1, waitedMs: 0 }, 0)).toBe(125);
  });

  it.each([
    { attempt: 5, waitedMs: 0 },
    { attempt: 1, waitedMs: 0, retryAfterMs: 60_000 },
    { attempt: 2, waitedMs: 25_000, retryAfterMs: 6_000 },
  ])('has bounds: %j gives up', (state) => {
    expect(waitBeforeRetry(defaultRetry, state, 0)).toBeNull();
  });
});

it('reads Retry-After as seconds or as a date', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(retryAfterOf('2', now)).toBe(2_000);
  expect(retryAfterOf('Thu, 01 Jan 2026 00:00:05 GMT', now)).toBe(5_000);
  expect(retryAfterOf('soon', now)).toBeUndefined();
  expect(retryAfterOf(undefined, now)).toBeUndefined();
});
