import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAmounts, parseQuantity } from './quantity.ts';

describe('an amount', () => {
  it.each<[string | number, 0 | 3, number]>([
    ['250m', 3, 250],
    ['0.1', 3, 100],
    ['1.1', 3, 1100],
    [2, 3, 2000],
    ['1.5', 3, 1500],
    // Less than a thousandth still takes one.
    ['100u', 3, 1],
    ['128Mi', 0, 134_217_728],
    ['1.5Gi', 0, 1_610_612_736],
    ['500M', 0, 500_000_000],
    ['2e3', 0, 2_000],
    ['128974848000m', 0, 128_974_848],
    ['0', 0, 0],
    ['.5', 3, 500],
  ])('%j with the scale %i is %i', (written, scale, amount) => {
    expect(parseQuantity(written, scale)).toBe(amount);
  });

  it.each(['', 'much', '-1', '1Mb', '1 Gi', '1.2.3', '12Zi', '1e', 'Mi'])(
    '%j is refused',
    (written) => {
      expect(parseQuantity(written, 0)).toBeUndefined();
    },
  );

  it('is the same however it is written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (milli) => {
        const written = [`${milli}m`, (milli / 1000).toFixed(3), `${milli * 1000}u`];
        expect(written.map((one) => parseQuantity(one, 3))).toEqual([milli, milli, milli]);
      }),
    );
  });

  it('that cannot be read is told by its name', () => {
    expect(parseAmounts({ cpu: '1', memory: '1Gb' })).toEqual({
      amounts: { cpu: 1000 },
      wrong: ['memory'],
    });
  });
});
