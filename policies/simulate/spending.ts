import { type Context, type CostVector, useCases } from '@mkt/topology';
import type { Activity } from './activity.ts';
import type { Scenario } from './scenario.ts';

/** What the executions of each hour spend, of whatever `amount` says of one of them. */
export function spendingOf(
  { costs }: Scenario,
  { hours, done, missed }: Activity,
  amount: (cost: CostVector) => number,
): Float64Array {
  const spent = new Float64Array(hours);
  for (const useCase of useCases) {
    const { always, onMiss } = costs[useCase];
    const each = amount(always);
    const eachMiss = onMiss ? amount(onMiss.cost) : 0;
    if (each === 0 && eachMiss === 0) continue;
    for (let hour = 0; hour < hours; hour += 1) {
      const ofDone = (done[useCase][hour] as number) * each;
      spent[hour] = (spent[hour] as number) + ofDone + (missed[useCase][hour] as number) * eachMiss;
    }
  }
  return spent;
}

export const inContext =
  (
    key: 'statements' | 'databaseBytesOut' | 'storedBytes',
    context: Context,
  ): ((cost: CostVector) => number) =>
  (cost) =>
    cost[key][context] ?? 0;
