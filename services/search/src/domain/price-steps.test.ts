import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LIMITS } from './limits.ts';
import { PRICE_STEPS, priceBands, priceStep } from './price-steps.ts';

function bandsOf(prices: readonly number[]) {
  const counts = new Uint32Array(PRICE_STEPS);
  for (const price of prices) counts[priceStep(price)] = (counts[priceStep(price)] as number) + 1;
  return priceBands(counts);
}

test('bands hold every price once, in few open-ended ranges that do not overlap', () => {
  const price = fc.oneof(fc.nat(50), fc.nat(100_000), fc.maxSafeNat());
  fc.assert(
    fc.property(fc.array(price), (prices) => {
      const bands = bandsOf(prices);
      expect(bands.length).toBeLessThanOrEqual(LIMITS.priceBands);
      for (const { minMinor = 0, maxMinor = Infinity, count } of bands) {
        expect(prices.filter((each) => each >= minMinor && each <= maxMinor).length).toBe(count);
        expect(count).toBeGreaterThan(0);
      }
      expect(bands.reduce((sum, band) => sum + band.count, 0)).toBe(prices.length);
    }),
    { seed: 20265 },
  );
});

test('bounds are round, whatever the price level', () => {
  const cheap = Array.from({ length: 600 }, (_, at) => 100 + at);
  expect(bandsOf(cheap).map((band) => band.minMinor)).toEqual([undefined, 200, 300, 400, 500, 600]);
  const dear = cheap.map((price) => price * 1_000);
  expect(bandsOf(dear).at(1)).toEqual({ minMinor: 200_000, maxMinor: 299_999, count: 100 });
});

test('one price is one band, none is none', () => {
  expect(bandsOf([4_200, 4_200])).toEqual([{ count: 2 }]);
  expect(bandsOf([])).toEqual([]);
});
