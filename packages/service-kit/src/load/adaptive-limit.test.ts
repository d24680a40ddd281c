import { expect, test } from 'vitest';
import { createAdaptiveLimit } from './adaptive-limit.ts';

/** A server that does `parallel` requests at full speed and shares its time among more. */
function serve(limit: ReturnType<typeof createAdaptiveLimit>, parallel: number, rounds: number) {
  for (let round = 0; round < rounds; round += 1) {
    const underWay = limit.current;
    for (let n = 0; n < underWay; n += 1) {
      limit.observe('list', 10 * Math.max(1, underWay / parallel), underWay);
    }
  }
}

test('grows while more at once take no longer', () => {
  const limit = createAdaptiveLimit({ initial: 8, min: 4, max: 500 });
  serve(limit, 400, 200);
  expect(limit.current).toBeGreaterThan(200);
});

test('comes down to about twice what the server can do at once, and stays there', () => {
  const limit = createAdaptiveLimit({ initial: 300, min: 4, max: 500 });
  limit.observe('list', 10, 1);
  serve(limit, 20, 200);
  expect(limit.current).toBeGreaterThan(20);
  expect(limit.current).toBeLessThan(80);
});

test('learns that everything has become slower for good', () => {
  let nowMs = 0;
  const limit = createAdaptiveLimit({ initial: 20, min: 4, max: 500, now: () => nowMs });
  for (let n = 0; n < 200; n += 1) limit.observe('list', 1, 20);
  const minute = () => {
    nowMs += 60_000;
    for (let n = 0; n < 200; n += 1) limit.observe('list', 10, limit.current);
  };
  minute();
  expect(limit.current).toBeLessThan(20);
  for (let n = 0; n < 30; n += 1) minute();
  expect(limit.current).toBeGreaterThan(20);
});

test('does not take a change in what is asked for load', () => {
  const limit = createAdaptiveLimit({ initial: 50, min: 4, max: 500 });
  for (let n = 0; n < 400; n += 1) limit.observe('list', 1, 10);
  for (let n = 0; n < 400; n += 1) limit.observe('checkout', 80, 10);
  expect(limit.current).toBeGreaterThanOrEqual(50);
});

test('does not grow on the word of requests that never met each other', () => {
  const limit = createAdaptiveLimit({ initial: 50, min: 4, max: 500 });
  for (let n = 0; n < 10_000; n += 1) limit.observe('list', 10, 1);
  expect(limit.current).toBe(50);
});

test('keeps to its bounds', () => {
  const limit = createAdaptiveLimit({ initial: 10, min: 4, max: 12 });
  for (let n = 0; n < 4_000; n += 1) limit.observe('list', n % 2 === 0 ? 1 : 900, 12);
  expect(limit.current).toBe(4);
  for (let n = 0; n < 4_000; n += 1) limit.observe('detail', 5, 12);
  expect(limit.current).toBe(12);
});

test('quick failures teach nothing, late ones that too much is under way', () => {
  const limit = createAdaptiveLimit({ initial: 20, min: 2, max: 100 });
  for (let n = 0; n < 200; n += 1) limit.observe('list', 10, 5);
  const before = limit.current;
  for (let n = 0; n < 200; n += 1) limit.observeFailure('list', 0.1, before);
  for (let n = 0; n < 200; n += 1) limit.observe('list', 10, 5);
  expect(limit.current).toBe(before);
  for (let n = 0; n < 400; n += 1) limit.observeFailure('list', 500, before);
  expect(limit.current).toBeLessThan(before / 2);
});
