import {
  type Context,
  type CostVector,
  contexts,
  type Environment,
  type Traffic,
  type UseCase,
  type UseCaseCost,
} from '@mkt/topology';
import type { BudgetFacts, DeclaredUse } from './facts.ts';
import { number } from './report/numbers.ts';
import { daysOfMonth, hoursOfMonth, misses, type Streams, streamsOf } from './streams.ts';

export type CostModel = Readonly<Record<UseCase, UseCaseCost>>;

/** Neon puts a compute to sleep after this long without a query; its smallest one. */
export interface Serverless {
  readonly autosuspendSeconds: number;
  readonly smallestCu: number;
}

export interface Flows {
  readonly uses: readonly DeclaredUse[];
  readonly peakCpuMilli: NonNullable<BudgetFacts['peakCpuMilli']>;
}

/**
 * What the expected traffic spends, hour by hour: the sum of cost vectors. What happens between the
 * hours (batches, throttles, the degrade ladder) is the simulator's; this is its first reading.
 */
export function flowsOf(environment: Environment, model: CostModel, serverless: Serverless): Flows {
  const rates = ratesOf(environment, model);
  const vectors = [...rates];
  const use = (limitId: string, sum: HourlySum, unitsPerGb = 1, instance?: string) =>
    flowUse(limitId, sum, { divisor: unitsPerGb, instance });
  const metered = environment.redis === 'upstash';
  const onNeon = contexts.filter((context) => environment.databases[context] === 'neon');
  return {
    uses: [
      use(
        'oracle.egress.gb',
        sumOf(vectors, (cost) => cost.responseBytes),
        gb,
      ),
      ...(metered
        ? [
            use(
              'upstash.commands.count',
              sumOf(vectors, (cost) => cost.redisCommands),
            ),
          ]
        : []),
      ...onNeon.flatMap((context) => [
        computeUse(context, vectors, serverless),
        use(
          'neon.egress.gb',
          sumOf(vectors, (c) => c.databaseBytesOut[context] ?? 0),
          gb,
          context,
        ),
        use(
          'neon.storage.gb',
          sumOf(vectors, (c) => c.storedBytes[context] ?? 0),
          gb,
          context,
        ),
      ]),
      operationsUse(vectors),
    ].filter(({ quantity }) => quantity > 0),
    peakCpuMilli: peakCpu(vectors),
  };
}

const gb = 1e9;

/** One cost vector, and how often a second it is spent in each hour of the month. */
interface Rate {
  readonly name: string;
  readonly cost: CostVector;
  readonly perSecond: readonly number[];
  /** At fixed times and not by chance. */
  readonly everySeconds?: number;
}

function ratesOf(environment: Environment, model: CostModel): Rate[] {
  const streams: Streams = streamsOf(environment.traffic);
  const visits = Object.entries(streams).flatMap(([name, perSecond]): Rate[] => {
    const { always, onMiss } = model[name as UseCase];
    const rates: Rate[] = [{ name, cost: always, perSecond }];
    if (!onMiss) return rates;
    const keys = keysOf(environment.traffic, onMiss.keyedBy);
    const missed = misses(perSecond, keys, onMiss.ttlSeconds);
    return [...rates, { name: `${name}, not cached`, cost: onMiss.cost, perSecond: missed }];
  });
  const machinery = (name: UseCase, everySeconds: number): Rate => ({
    name,
    cost: model[name].always,
    perSecond: Array(hoursOfMonth).fill(1 / everySeconds),
    everySeconds,
  });
  return [
    ...visits,
    machinery('scrape', scrapeSeconds),
    machinery('usageReport', environment.usageReportSeconds),
    machinery('sweep', environment.sweepSeconds),
  ];
}

/** Prometheus looks at all services once in this time. */
const scrapeSeconds = 60;

const keysOf = ({ shape }: Traffic, keyedBy: 'product' | 'question') =>
  keyedBy === 'product' ? shape.products : shape.questions;

interface HourlySum {
  readonly perHour: readonly number[];
  readonly because: string;
}

function sumOf(rates: readonly Rate[], measure: (cost: CostVector) => number): HourlySum {
  const spending = rates.filter(({ cost }) => measure(cost) > 0);
  const perHour = Array.from({ length: hoursOfMonth }, (_, hour) =>
    spending.reduce(
      (sum, { cost, perSecond }) => sum + measure(cost) * (perSecond[hour] ?? 0) * 3600,
      0,
    ),
  );
  const parts = spending
    .map(({ name, cost, perSecond }) => ({
      name,
      each: measure(cost),
      times: perSecond.reduce((sum, one) => sum + one * 3600, 0),
    }))
    .sort((a, b) => b.each * b.times - a.each * a.times);
  const texts = parts.map(({ name, each, times }) => `${name} ${number(times)} x ${number(each)}`);
  return { perHour, because: texts.slice(0, 4).join(' + ') };
}

function flowUse(
  limitId: string,
  { perHour, because }: HourlySum,
  { divisor, instance }: { readonly divisor: number; readonly instance: string | undefined },
): DeclaredUse {
  const total = perHour.reduce((sum, one) => sum + one, 0);
  return {
    limitId,
    quantity: total / divisor,
    because: divisor === gb ? `(${because}) bytes` : because,
    days: sharesByDay(perHour, total),
    source: costModelFile,
    ...(instance === undefined ? {} : { instance }),
  };
}

const costModelFile = { file: 'packages/topology/src/cost-model.ts', line: 1 };

function sharesByDay(perHour: readonly number[], total: number): number[] {
  return Array.from({ length: daysOfMonth }, (_, day) => {
    const hours = perHour.slice(day * 24, day * 24 + 24);
    return total === 0 ? 0 : hours.reduce((sum, one) => sum + one, 0) / total;
  });
}

/**
 * A compute is awake while a query came in the last five minutes: for visits by chance that is
 * 1 - e^(-rate x 300 s) of the time, for machinery its share of the time between two runs.
 */
function computeUse(
  context: Context,
  rates: readonly Rate[],
  { autosuspendSeconds, smallestCu }: Serverless,
): DeclaredUse {
  const waking = rates.filter(({ cost }) => (cost.statements[context] ?? 0) > 0);
  const perHour = Array.from({ length: hoursOfMonth }, (_, hour) => {
    let asleep = 1;
    for (const { perSecond, everySeconds } of waking) {
      asleep *= everySeconds
        ? 1 - Math.min(1, autosuspendSeconds / everySeconds)
        : Math.exp(-(perSecond[hour] ?? 0) * autosuspendSeconds);
    }
    return (1 - asleep) * smallestCu;
  });
  const total = perHour.reduce((sum, one) => sum + one, 0);
  const awake = total / (smallestCu * hoursOfMonth);
  return {
    limitId: 'neon.compute.cu-hours',
    instance: context,
    quantity: total,
    because:
      `${smallestCu} CU x ${hoursOfMonth} h x ${number(awake * 100)}% awake ` +
      `(${waking.map(({ name }) => name).join(', ')})`,
    days: sharesByDay(perHour, total),
    source: { file: 'packages/topology/src/environments.ts', line: 1 },
  };
}

/** Far enough out that one second in a thousand is busier, where arrivals are by chance. */
const busySigma = 3.1;

function operationsUse(rates: readonly Rate[]): DeclaredUse {
  const { perHour, because } = sumOf(rates, (cost) => cost.documentOperations);
  const mean = Math.max(...perHour) / 3600;
  return {
    limitId: 'atlas.operations.per-second',
    quantity: mean + busySigma * Math.sqrt(mean),
    because: `busiest second of the busiest hour (mean ${number(mean)}): ${because}`,
    source: costModelFile,
  };
}

function peakCpu(rates: readonly Rate[]): Flows['peakCpuMilli'] {
  const { perHour } = sumOf(rates, (cost) => cost.cpuMs);
  const most = Math.max(...perHour);
  const hour = perHour.indexOf(most);
  const busiest = rates
    .map(({ name, cost, perSecond }) => ({ name, milli: cost.cpuMs * (perSecond[hour] ?? 0) }))
    .sort((a, b) => b.milli - a.milli)
    .slice(0, 4)
    .map(({ name, milli }) => `${name} ${number(milli)}m`);
  const day = Math.floor(hour / 24) + 1;
  return { value: most / 3600, because: `day ${day}, ${hour % 24}:00 UTC: ${busiest.join(' + ')}` };
}
