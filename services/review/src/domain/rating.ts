/** How many published reviews gave 1, 2, 3, 4 and 5. */
export type RatingCounts = readonly number[];

export interface RatingSummary {
  /** Two decimals; 0 without a review. */
  readonly average: number;
  readonly count: number;
}

export function summaryOf(counts: RatingCounts): RatingSummary {
  const count = counts.reduce((sum, n) => sum + n, 0);
  const points = counts.reduce((sum, n, place) => sum + n * (place + 1), 0);
  return { count, average: count === 0 ? 0 : Math.round((points / count) * 100) / 100 };
}

/** The name shown with a review: a first name and no more, unless the shopper chose another. */
export function displayNameOf(chosen: string | undefined): string {
  return chosen ?? 'A shopper';
}
