import { describe, expect, it } from 'vitest';
import { parseSchedule, startsInMonth } from './schedule.ts';

const starts = (text: string) => {
  const schedule = parseSchedule(text);
  return schedule && startsInMonth(schedule);
};

describe('a schedule', () => {
  it.each([
    ['0 3 * * *', 31],
    ['*/15 * * * *', 4 * 24 * 31],
    ['0 8-18/2 * * *', 6 * 31],
    ['5/20 * * * *', 3 * 24 * 31],
    // January 2027 has 21 working days.
    ['30 2 * * mon-fri', 21],
    ['0 0 1,15 * *', 2],
    ['@hourly', 744],
    ['@weekly', 5],
    // Either the 1st or a Monday: so cron has always been.
    ['0 0 1 * 1', 5],
    ['0 0 * * 7', 5],
    ['0 0 1 feb *', 0],
  ])('"%s" starts %i times in a month', (text, count) => {
    expect(starts(text)).toBe(count);
  });

  it.each([
    '',
    '* * * *',
    '60 * * * *',
    '0 24 * * *',
    '0 0 0 * *',
    '*/0 * * * *',
    'a b c d e',
    '5-1 * * * *',
  ])('"%s" is none', (text) => {
    expect(parseSchedule(text)).toBeUndefined();
  });

  it('knows the minutes of its days in order', () => {
    expect(parseSchedule('30,0 1,0 * * *')?.minutesOfDay).toEqual([0, 30, 60, 90]);
  });
});
