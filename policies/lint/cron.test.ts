import { expect, it } from 'vitest';
import { isCron, shortestGapMinutes } from './cron.ts';

it.each([
  ['* * * * *', 1],
  ['*/5 * * * *', 5],
  ['0,20 * * * *', 20],
  ['7 * * * *', 60],
  ['30 3 * * *', 1_440],
  ['0 */6 * * *', 360],
  ['0 0,1 * * *', 60],
  ['10-40/15 2 * * 1', 15],
  ['50 23 * * *', 1_440],
  ['5/20 * * * *', 20],
])('%s comes every %d minutes at the shortest', (cron, minutes) => {
  expect(isCron(cron)).toBe(true);
  expect(shortestGapMinutes(cron)).toBe(minutes);
});

it.each(['', '5 minutes', '* * * *', 'every five minutes or so', '@daily'])(
  '%j is no schedule of five fields',
  (text) => {
    expect(isCron(text)).toBe(false);
  },
);
