import { type Context, type CostVector, useCases } from '@mkt/topology';
import { type Activity, total } from './activity.ts';
import type { Scenario } from './scenario.ts';

/** What a month spends of one thing, and how that comes about. */
export interface Spending {
  readonly perHour: Float64Array;
  readonly total: number;
  /** `pageView 7,778,266 x 2,153 + …`, the largest first. */
  readonly because: string;
}

interface Part {
  readonly name: string;
  readonly each: number;
  readonly times: Float64Array;
}

/** What the executions of each hour spend, of whatever `amount` says of one of them. */
export function spendingOf(
  { costs }: Scenario,
  { hours, done, missed }: Activity,
  amount: (cost: CostVector) => number,
): Spending {
  const parts = useCases
    .flatMap((useCase): Part[] => {
      const { always, onMiss } = costs[useCase];
      return [
        { name: useCase, each: amount(always), times: done[useCase] },
        {
          name: `${useCase}, not cached`,
          each: onMiss ? amount(onMiss.cost) : 0,
          times: missed[useCase],
        },
      ];
    })
    .filter(({ each }) => each > 0);
  const perHour = new Float64Array(hours);
  for (const { each, times } of parts) {
    for (let hour = 0; hour < hours; hour += 1) {
      perHour[hour] = (perHour[hour] as number) + (times[hour] as number) * each;
    }
  }
  return { perHour, total: total(perHour), because: textOf(parts) };
}

/** So many parts are told; what is smaller is told as the rest. */
const partsTold = 4;

const round = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 2 });

function textOf(parts: readonly Part[]): string {
  const sums = parts
    .map(({ name, each, times }) => ({ name, each, count: total(times) }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.each * b.count - a.each * a.count);
  const told = sums.slice(0, partsTold).map(({ name, each, count }) => {
    return `${name} ${round(Math.round(count))} x ${round(each)}`;
  });
  const rest = sums.slice(partsTold).reduce((sum, { each, count }) => sum + each * count, 0);
  return [...told, ...(rest > 0 ? [`the rest ${round(rest)}`] : [])].join(' + ');
}

export const inContext =
  (
    key: 'statements' | 'databaseBytesOut' | 'storedBytes',
    context: Context,
  ): ((cost: CostVector) => number) =>
  (cost) =>
    cost[key][context] ?? 0;
