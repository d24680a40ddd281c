import type { Context } from '@mkt/topology';
import type { Activity } from '../activity.ts';
import { assumptions } from '../assumptions.ts';
import type { Scenario } from '../scenario.ts';
import { inContext, spendingOf } from '../spending.ts';
import { gb, round } from './allowance.ts';

/** What lies on a disk when a whole history does, with this month's growth. */
export interface Stored {
  readonly levels: Float64Array;
  readonly arithmetic: string;
}

export function storedOf(scenario: Scenario, activity: Activity, context: Context): Stored {
  const { diskPerStoredByte, historyMonths, customerMonths } = assumptions;
  const months = context === 'customer' ? customerMonths : historyMonths;
  const spent = spendingOf(scenario, activity, inContext('storedBytes', context));
  const monthly = (spent.total * diskPerStoredByte) / gb;
  let sum = monthly * (months - 1);
  return {
    levels: spent.perHour.map((bytes) => {
      sum += (bytes * diskPerStoredByte) / gb;
      return sum;
    }),
    arithmetic:
      `${round(monthly)} GB a month with indexes x ${months} months of history: ` +
      `(${spent.because}) bytes x ${diskPerStoredByte}`,
  };
}

export function sumOfLevels(hours: number, parts: readonly Float64Array[]): Float64Array {
  const levels = new Float64Array(hours);
  for (const part of parts) {
    for (const [at, level] of part.entries()) levels[at] = (levels[at] as number) + level;
  }
  return levels;
}
