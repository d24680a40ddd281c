import type { Rating } from './review.ts';

/** How many published reviews gave each rating. */
export type Histogram = Readonly<Record<Rating, number>>;

export const emptyHistogram: Histogram = { 1: 0, 2: 0, 3: 0, 4: 0, 5: 0 };
export const ratings: readonly Rating[] = [1, 2, 3, 4, 5];

export interface RatingSummary {
  /** Two decimals; 0 without any. */
  readonly ratingAverage: number;
  readonly ratingCount: number;
}

/** What a change of one review adds to the histogram, or null where it changes nothing. */
export function histogramChange(before: Rating | null, after: Rating | null): Histogram | null {
  if (before === after) return null;
  const change: Record<Rating, number> = { ...emptyHistogram };
  if (before !== null) change[before] -= 1;
  if (after !== null) change[after] += 1;
  return change;
}

export function summarize(histogram: Histogram): RatingSummary {
  let ratingCount = 0;
  let total = 0;
  for (const rating of ratings) {
    ratingCount += histogram[rating];
    total += rating * histogram[rating];
  }
  if (ratingCount === 0) return { ratingAverage: 0, ratingCount: 0 };
  return { ratingAverage: Math.round((total * 100) / ratingCount) / 100, ratingCount };
}
