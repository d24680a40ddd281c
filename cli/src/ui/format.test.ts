import { expect, it } from 'vitest';
import { relative } from './format.ts';

const now = Date.parse('2026-03-31T12:00:00Z');

it.each([
  ['2026-03-31T11:59:30Z', 'just now'],
  ['2026-03-31T11:55:00Z', '5 min ago'],
  ['2026-03-31T09:00:00Z', '3 h ago'],
  ['2026-03-30T00:00:00Z', '36 h ago'],
  ['2026-03-28T12:00:00Z', '3 days ago'],
  ['2026-04-03T12:00:00Z', 'in 3 days'],
  ['2026-01-02T03:04:05Z', '2026-01-02'],
  [null, '-'],
])('%s is %s', (timestamp, shown) => {
  expect(relative(timestamp, now)).toBe(shown);
});
