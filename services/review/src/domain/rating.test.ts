import { expect, test } from 'vitest';
import { summaryOf } from './rating.ts';

test('the average is the mean of all ratings with two decimals, and 0 without any', () => {
  expect(summaryOf([0, 0, 0, 0, 0])).toEqual({ average: 0, count: 0 });
  expect(summaryOf([0, 0, 1, 0, 2])).toEqual({ average: 4.33, count: 3 });
  expect(summaryOf([1, 0, 0, 0, 1])).toEqual({ average: 3, count: 2 });
});
