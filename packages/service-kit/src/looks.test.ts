import { expect, test } from 'vitest';
import { untilNextLookMs } from './looks.ts';

const interval = 1_800_000;

test('whoever starts when, the next look is at the same moment', () => {
  const starts = [0, 1, 17_000, interval - 1, interval, 5 * interval + 3];
  for (const start of starts) {
    const look = start + untilNextLookMs(interval, start);
    expect(look % interval).toBe(0);
    expect(look - start).toBeGreaterThan(0);
    expect(look - start).toBeLessThanOrEqual(interval);
  }
});
