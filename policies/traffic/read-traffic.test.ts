import { environments } from '@mkt/topology';
import { describe, expect, test } from 'vitest';
import { readTraffic, TrafficFileError } from './read-traffic.ts';

const usual = environments.production.traffic;
const read = (text: string) => readTraffic({ path: 'sale.yaml', text }, usual);

function faultsOf(text: string) {
  try {
    read(text);
  } catch (error) {
    if (error instanceof TrafficFileError) return error.faults;
    throw error;
  }
  throw new Error('It was taken');
}

describe('a traffic file', () => {
  test('says what differs; everything else is the environment’s own', () => {
    const traffic = read('perMonth:\n  checkout: 7\nshape:\n  campaign: null\n  vendors: 3\n');
    expect(traffic.perMonth).toEqual({ ...usual.perMonth, checkout: 7 });
    expect(traffic.shape).toEqual({ ...usual.shape, campaign: null, vendors: 3 });
    expect(read('{ "perMonth": { "search": 1 } }').perMonth.search).toBe(1);
    expect(read('{}')).toEqual(usual);
  });

  test.each([
    ['a typo', 'perMonth:\n  pageView: 5\n  chekout: 7\n', [3, /has no chekout/, /checkout/]],
    ['a typo at the top', 'perMonths:\n  checkout: 7\n', [1, /there is no perMonths/, /perMonth/]],
    ['a typo deep inside', 'shape:\n  bulkEdits:\n    row: 2\n', [3, /has no row/, /rows/]],
    [
      'a word for a number',
      'perMonth:\n  checkout: many\n',
      [2, /perMonth.checkout: a number is expected/, /Correct/],
    ],
    ['too few hours', 'shape:\n  hours: [1, 2]\n', [2, /24 numbers/, /Correct/]],
    ['too much of a week', 'shape:\n  weekdays: [1, 1, 1, 1, 1, 1, 9]\n', [2, /be 7/, /Correct/]],
    ['no YAML', 'perMonth: [\n', [2, /./, /two spaces/]],
  ] as const)(
    'with %s is refused with its line and a remedy',
    (_, text, [line, reason, remedy]) => {
      expect(faultsOf(text)).toContainEqual({
        file: 'sale.yaml',
        line,
        reason: expect.stringMatching(reason),
        remedy: expect.stringMatching(remedy),
      });
    },
  );

  test('with several mistakes names them all', () => {
    expect(faultsOf('perMonth:\n  chekout: 7\n  serch: 1\nshape:\n  vendors: 0\n')).toHaveLength(3);
  });
});
