import { catalogue, limitsAt } from './catalogue.ts';
import type { Confidence, Limit } from './model.ts';

/**
 * For how long a reading is believed. Providers change free plans a few times a year: half a year
 * for their own page, less the further away from it somebody read.
 */
export const shelfLifeDays: Readonly<Record<Confidence, number>> = {
  A: 180,
  B: 90,
  C: 30,
  measured: 180,
  unknown: 30,
};

export interface StaleLimit {
  readonly limit: Limit;
  readonly ageDays: number;
  readonly shelfLifeDays: number;
}

const dayMs = 86_400_000;

/** Entries in force whose last reading is older than its shelf life, the oldest first. */
export function staleLimits(
  day: string,
  limits: readonly Limit[] = catalogue,
): readonly StaleLimit[] {
  return limitsAt(day, limits)
    .map((limit) => ({
      limit,
      ageDays: Math.floor((Date.parse(day) - Date.parse(limit.verifiedAt)) / dayMs),
      shelfLifeDays: shelfLifeDays[limit.confidence],
    }))
    .filter(({ ageDays, shelfLifeDays: most }) => ageDays > most)
    .toSorted((a, b) => b.ageDays - a.ageDays);
}
