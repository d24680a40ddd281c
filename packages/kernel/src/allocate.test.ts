import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allocate } from './allocate.ts';

fc.configureGlobal({ seed: 20_260_101 });

const total = fc.nat(Number.MAX_SAFE_INTEGER);
const weights = fc
  .array(fc.nat(Number.MAX_SAFE_INTEGER), { minLength: 1, maxLength: 12 })
  .filter((list) => list.some((weight) => weight > 0));

describe('allocate', () => {
  test('ties go to the earlier item', () => {
    expect(allocate(10, [1, 1, 1])).toEqual([4, 3, 3]);
    expect(allocate(2, [1, 1, 1])).toEqual([1, 1, 0]);
  });

  test('the largest remainder comes before the earlier item', () => {
    expect(allocate(10, [33, 33, 34])).toEqual([3, 3, 4]);
  });

  test('all weights zero take a total of zero and no other', () => {
    expect(allocate(0, [0, 0])).toEqual([0, 0]);
    expect(allocate(0, [])).toEqual([]);
    expect(() => allocate(1, [0, 0])).toThrow('Nothing to allocate');
  });

  test('refuses negative and fractional numbers', () => {
    expect(() => allocate(-1, [1])).toThrow('total');
    expect(() => allocate(1, [1.5])).toThrow('weight');
  });

  test('shares add up to the total and are off the exact proportion by less than one', () => {
    fc.assert(
      fc.property(total, weights, (amount, list) => {
        const shares = allocate(amount, list);
        const sum = list.reduce((soFar, weight) => soFar + BigInt(weight), 0n);
        expect(shares.reduce((soFar, share) => soFar + BigInt(share), 0n)).toBe(BigInt(amount));
        shares.forEach((share, index) => {
          const exact = BigInt(amount) * BigInt(list[index] ?? 0);
          const distance = BigInt(share) * sum - exact;
          expect(distance < sum && distance > -sum).toBe(true);
        });
      }),
    );
  });

  test('no share exceeds its weight when the total fits the weights', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1e9), { minLength: 1, maxLength: 12 }), fc.nat(), (list, n) => {
        const sum = list.reduce((soFar, weight) => soFar + weight, 0);
        const shares = allocate(sum === 0 ? 0 : n % (sum + 1), list);
        expect(shares.every((share, index) => share <= (list[index] ?? 0))).toBe(true);
      }),
    );
  });
});
