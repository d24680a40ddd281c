import { serviceNames } from '@mkt/topology';
import { describe, expect, test } from 'vitest';
import { wantedOf } from './wanted.ts';

describe('what a process is to run', () => {
  test.each(serviceNames)('is %s where it is named, in each way', (name) => {
    expect(wantedOf([name])).toBe(name);
    expect(wantedOf(['--service', name])).toBe(name);
    expect(wantedOf([`--service=${name}`])).toBe(name);
  });

  test('is everything where that is asked for', () => {
    expect(wantedOf(['--all'])).toBe('all');
  });

  test.each([
    [[]],
    [['ordr']],
    [['all']],
    [['order', 'cart']],
    [['order', '--all']],
    [['--service', 'order', '--all']],
    [['--service', 'order', '--service', 'cart']],
    [['--service']],
    [['--everything']],
  ])('is not said by %j', (args) => {
    expect(wantedOf(args)).toBeUndefined();
  });
});
