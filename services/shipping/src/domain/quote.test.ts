import { expect, test } from 'vitest';
import { zones } from '../routes/shapes.ts';
import type { Rate, Zone } from './profile.ts';
import { offersFor } from './quote.ts';

const rate = (n: number, more: Partial<Rate> = {}): Rate => ({
  rateId: `01980000-0000-7000-8000-00000000000${n}`,
  name: `Rate ${n}`,
  rule: { kind: 'flat', amountMinor: 500 },
  freeAboveMinor: null,
  minDays: 1,
  maxDays: 3,
  ...more,
});
const zone = (countries: Zone['countries'], ...rates: Rate[]): Zone => ({
  name: 'Zone',
  countries,
  currency: 'EUR',
  rates,
});
const toPortugal = { country: 'PT', currency: 'EUR' };
const parcel = { grams: 800, goodsMinor: 4_000 };
const amounts = (all: readonly Zone[], destination = toPortugal, sent = parcel) =>
  offersFor(all, destination, sent).map(({ amountMinor }) => amountMinor);

test('a zone that names the country decides, wherever `*` stands, which catches the rest', () => {
  const all = [
    zone(['PT', 'ES'], rate(1, { rule: { kind: 'flat', amountMinor: 300 } })),
    zone('*', rate(2, { rule: { kind: 'flat', amountMinor: 1_900 } })),
  ];
  expect(amounts(all)).toEqual([300]);
  expect(amounts(all.toReversed())).toEqual([300]);
  expect(amounts(all, { country: 'JP', currency: 'EUR' })).toEqual([1_900]);
});

test('a country without a zone and a foreign currency are not served', () => {
  expect(amounts([zone(['ES'], rate(1))])).toEqual([]);
  expect(amounts([zone('*', rate(1))], { country: 'PT', currency: 'USD' })).toEqual([]);
});

test('goods worth the threshold ship for nothing, and one minor unit less does not', () => {
  const all = [zone('*', rate(1, { freeAboveMinor: 4_000 }))];
  expect(amounts(all)).toEqual([0]);
  expect(amounts(all, toPortugal, { ...parcel, goodsMinor: 3_999 })).toEqual([500]);
});

test('a weight band ends with its limit, and a parcel too heavy is not offered the rate', () => {
  const bands = [
    { upToGrams: 500, amountMinor: 200 },
    { upToGrams: 1_000, amountMinor: 400 },
  ];
  const all = [zone('*', rate(1, { rule: { kind: 'byWeight', bands } }))];
  const at = (grams: number) => amounts(all, toPortugal, { ...parcel, grams });
  expect([at(500), at(501), at(1_000), at(1_001)]).toEqual([[200], [400], [400], []]);
});

test('the cheapest rate comes first, and of equals the quickest', () => {
  const all = [
    zone(
      '*',
      rate(1, { maxDays: 9 }),
      rate(2),
      rate(3, { rule: { kind: 'flat', amountMinor: 100 } }),
    ),
  ];
  expect(offersFor(all, toPortugal, parcel).map(({ rate: { name } }) => name)).toEqual([
    'Rate 3',
    'Rate 2',
    'Rate 1',
  ]);
});

test('a profile with bands out of order or a rate twice is refused', () => {
  const falling = {
    kind: 'byWeight',
    bands: [
      { upToGrams: 9, amountMinor: 1 },
      { upToGrams: 3, amountMinor: 1 },
    ],
  } as const;
  expect(
    zones.safeParse([zone('*', rate(1, { rule: { ...falling, bands: [...falling.bands] } }))])
      .success,
  ).toBe(false);
  expect(zones.safeParse([zone('*', rate(1), rate(1))]).success).toBe(false);
  expect(zones.safeParse([zone('*', rate(1), rate(2))]).success).toBe(true);
});
