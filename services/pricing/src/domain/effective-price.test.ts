import { expect, test } from 'vitest';
import { effectivePrice, lowestPrice, nextChangeAt, type StoredPrice } from './effective-price.ts';

const now = new Date('2026-11-10T12:00:00Z');
const day = (n: number) => new Date(now.getTime() + n * 86_400_000);
const price = (more: Partial<StoredPrice> = {}): StoredPrice => ({
  listMinor: 3_400,
  compareAtMinor: null,
  saleMinor: null,
  saleStartsAt: null,
  saleEndsAt: null,
  ...more,
});
const unit = (more: Partial<StoredPrice>, at = now) => effectivePrice(price(more), at)?.unitMinor;

test('a sale counts from its start and no longer at its end', () => {
  const sale = { saleMinor: 2_900, saleStartsAt: now, saleEndsAt: day(1) };
  expect(unit(sale, new Date(now.getTime() - 1))).toBe(3_400);
  expect(unit(sale)).toBe(2_900);
  expect(unit(sale, day(1))).toBe(3_400);
});

test('a sale shows the price it is reduced from, and nothing where it is no reduction', () => {
  expect(effectivePrice(price({ saleMinor: 2_900 }), now)?.compareAtMinor).toBe(3_400);
  expect(effectivePrice(price({ saleMinor: 3_500 }), now)?.compareAtMinor).toBeNull();
  expect(effectivePrice(price({ compareAtMinor: 4_000 }), now)?.compareAtMinor).toBe(4_000);
});

test('without a price in the currency there is none, unless it is on sale there', () => {
  expect(effectivePrice(price({ listMinor: null }), now)).toBeNull();
  expect(unit({ listMinor: null, saleMinor: 100 })).toBe(100);
});

test('the lowest price of the variants is the product’s', () => {
  expect(
    lowestPrice([price(), price({ listMinor: 1_200 }), price({ listMinor: null })], now),
  ).toEqual({
    unitMinor: 1_200,
    compareAtMinor: null,
  });
  expect(lowestPrice([], now)).toBeNull();
});

test('the next change is the first start or end of a sale that lies ahead', () => {
  const prices = [
    price({ saleMinor: 1, saleStartsAt: day(-2), saleEndsAt: day(5) }),
    price({ saleMinor: 1, saleStartsAt: day(3), saleEndsAt: day(9) }),
    price({ saleStartsAt: day(1) }),
  ];
  expect(nextChangeAt(prices, now)).toEqual(day(3));
  expect(nextChangeAt([price()], now)).toBeNull();
});
