import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { partOf } from './line-parts.ts';
import { mulPpm, roundHalfUpQuotient, roundHalfUpRatio } from './rate.ts';

fc.configureGlobal({ seed: 20_260_101 });

/** A line's amount and a split of its units into consecutive runs. */
const splitLine = fc.record({
  amount: fc.nat(Number.MAX_SAFE_INTEGER),
  runs: fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 }),
});

describe('partOf', () => {
  test('the parts of a line differ where the line does not divide', () => {
    expect([0, 1, 2].map((taken) => partOf(100, 3, taken, 1))).toEqual([33, 34, 33]);
  });

  test('the parts of any split add up to the line', () => {
    fc.assert(
      fc.property(splitLine, ({ amount, runs }) => {
        const quantity = runs.reduce((sum, units) => sum + units, 0);
        let taken = 0;
        let sum = 0n;
        for (const units of runs) {
          const part = partOf(amount, quantity, taken, units);
          expect(part).toBeGreaterThanOrEqual(0);
          sum += BigInt(part);
          taken += units;
        }
        expect(sum).toBe(BigInt(amount));
      }),
    );
  });

  test('no units carry nothing', () => {
    expect(partOf(100, 3, 2, 0)).toBe(0);
  });

  test('refuses units that the line does not have', () => {
    expect(() => partOf(100, 3, 2, 2)).toThrow('Units 3 to 4 are not in a line of 3');
    expect(() => partOf(100, 0, 0, 0)).toThrow();
  });
});

describe('rates', () => {
  test('halves round up, anything less rounds down', () => {
    expect(roundHalfUpRatio(1, 1, 2)).toBe(1);
    expect(roundHalfUpRatio(1, 499_999, 1_000_000)).toBe(0);
    expect(mulPpm(1000, 88_750)).toBe(89);
    expect(roundHalfUpQuotient(5n, 2n)).toBe(3);
  });

  test('a product beyond the safe range keeps its last digit', () => {
    expect(mulPpm(Number.MAX_SAFE_INTEGER, 999_999)).toBe(9_007_190_247_541_736);
  });

  test('the result is the nearest whole number', () => {
    fc.assert(
      fc.property(fc.nat(Number.MAX_SAFE_INTEGER), fc.nat(1_000_000), (amount, ppm) => {
        const distance = BigInt(mulPpm(amount, ppm)) * 1_000_000n - BigInt(amount) * BigInt(ppm);
        expect(distance <= 500_000n && distance > -500_000n).toBe(true);
      }),
    );
  });

  test('refuses negative amounts and results out of range', () => {
    expect(() => mulPpm(-1, 1)).toThrow('amount');
    expect(() => roundHalfUpRatio(Number.MAX_SAFE_INTEGER, 2, 1)).toThrow('safe range');
    expect(() => roundHalfUpRatio(1, 1, 0)).toThrow('denominator');
  });
});
