import { assert } from './assert.ts';

/** 100 % in parts per million. */
export const PPM = 1_000_000;

/**
 * `amount × numerator / denominator`, rounded half up. The product leaves the safe range of a
 * double long before the amounts do, so it is taken in BigInt.
 */
export function roundHalfUpRatio(amount: number, numerator: number, denominator: number): number {
  assertNatural(amount, 'amount');
  assertNatural(numerator, 'numerator');
  assertNatural(denominator, 'denominator');
  assert(denominator > 0, 'A ratio needs a denominator');
  return roundHalfUpQuotient(BigInt(amount) * BigInt(numerator), BigInt(denominator));
}

/** The share of an amount at a rate in parts per million, rounded half up. */
export function mulPpm(amount: number, ppm: number): number {
  return roundHalfUpRatio(amount, ppm, PPM);
}

/** A quotient of non-negative BigInts, rounded half up: for sums that are rounded once. */
export function roundHalfUpQuotient(dividend: bigint, divisor: bigint): number {
  assert(dividend >= 0n && divisor > 0n, 'Half up is defined on non-negative numbers');
  const rounded = Number((2n * dividend + divisor) / (2n * divisor));
  assert(Number.isSafeInteger(rounded), 'An amount left the safe range');
  return rounded;
}

/** Amounts and rates are whole, non-negative and exactly representable. */
export function assertNatural(value: number, name: string): void {
  assert(Number.isSafeInteger(value) && value >= 0, `Not a whole non-negative ${name}: ${value}`);
}
