import { services as allServices, type ServiceSpec } from '@mkt/topology';
import { allowanceOf, limitAt } from '../limits/index.ts';
import { wakeBudget, wakeCost } from './neon-wake.ts';

/** What clients hold themselves to, so that no provider has to. Numbers that settings read. */
export interface TokenBuckets {
  readonly day: string;
  readonly documents: {
    readonly limitId: string;
    readonly operationsPerSecond: number;
    readonly connections: number;
    /** Operations a second of each process of a service. */
    readonly perProcess: Readonly<Record<string, number>>;
  };
  readonly upstash: {
    readonly limitId: string;
    readonly commandsPerHour: number;
    readonly commandsPerDay: number;
    /** Hours that a quiet time may be saved up for. */
    readonly burstHours: number;
  };
  readonly neon: {
    readonly limitId: string;
    readonly awakeMinutesPerDay: number;
    /** Work that nobody waits for comes no more often than this. */
    readonly backgroundIntervalSeconds: number;
    readonly backgroundCuHours: number;
    readonly connectionsPerContext: number;
  };
}

const monthDays = 31;
const monthHours = monthDays * 24;
/** Of a context's compute, what work may take that nobody waits for. */
const backgroundShare = 1 / 3;
const steps = [5, 10, 15, 20, 30, 60, 120, 240].map((minutes) => minutes * 60);

export function tokenBuckets(
  day: string,
  services: readonly ServiceSpec[] = allServices,
): TokenBuckets {
  const allowance = (id: string): number => allowanceOf(limitAt(id, day));
  const holders = services.filter(({ stores }) => stores.includes('documents'));
  const processes = Math.max(
    1,
    holders.reduce((sum, { replicas }) => sum + replicas, 0),
  );
  const operations = allowance('atlas.operations.per-second');
  const commands = allowance('upstash.commands.count');
  return {
    day,
    documents: {
      limitId: 'atlas.operations.per-second',
      operationsPerSecond: operations,
      connections: allowance('atlas.connections.count'),
      perProcess: Object.fromEntries(
        holders.map(({ name }) => [name, Math.floor(operations / processes)]),
      ),
    },
    upstash: {
      limitId: 'upstash.commands.count',
      commandsPerHour: Math.floor(commands / monthHours),
      commandsPerDay: Math.floor(commands / monthDays),
      burstHours: 24,
    },
    neon: neonBucket(day, allowance),
  };
}

function neonBucket(day: string, allowance: (id: string) => number): TokenBuckets['neon'] {
  const budget = wakeBudget(day);
  const isCheap = (seconds: number) =>
    wakeCost(seconds, budget) <= budget.cuHours * backgroundShare;
  const interval = steps.find(isCheap);
  if (interval === undefined) {
    throw new Error('Neon gives so little compute that no background work fits: see neon.compute.');
  }
  return {
    limitId: 'neon.compute.cu-hours',
    awakeMinutesPerDay: Math.floor((budget.awakeHours * 60) / monthDays),
    backgroundIntervalSeconds: interval,
    backgroundCuHours: Math.round(wakeCost(interval, budget) * 10) / 10,
    connectionsPerContext:
      allowance('neon.connections.direct') - allowance('neon.connections.reserved'),
  };
}
