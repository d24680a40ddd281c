import {
  type Context,
  type CostVector,
  contexts,
  costModel,
  type DatabaseHome,
  type Environment,
  type Profile,
  profiles,
  type ServiceSpec,
  services,
  type Traffic,
  type UseCase,
  type UseCaseCost,
} from '@mkt/topology';

/** One month of one environment, with whatever is tried out. */
export interface Scenario {
  readonly environment: string;
  readonly profile: Profile;
  readonly traffic: Traffic;
  readonly databases: Readonly<Record<Context, DatabaseHome>>;
  readonly redis: Environment['redis'];
  readonly usageReportSeconds: number;
  readonly sweepSeconds: number;
  /** All services look at the same moments, so that a database wakes once for all of them. */
  readonly sweepsTogether: boolean;
  /** Services with a database, each of which sweeps. */
  readonly sweepersByContext: Readonly<Record<Context, number>>;
  readonly costs: Readonly<Record<UseCase, UseCaseCost>>;
  readonly month: Month;
  /** Hold back by the degrade ladder before a quota is exhausted. */
  readonly ladder: boolean;
}

export const hoursOfDay = 24;

/** A calendar month, UTC. */
export interface Month {
  /** `2026-12` */
  readonly name: string;
  readonly days: number;
  /** Of its first day: 0 is Monday. */
  readonly firstWeekday: number;
  /** The day whose allowances count: `2026-12-01`. */
  readonly limitsOf: string;
}

/** What of a topology a month depends on: that of today, or of another commit. */
export interface MonthTopology {
  readonly costModel: Readonly<Record<UseCase, UseCaseCost>>;
  readonly profiles: Readonly<Record<Profile['name'], Profile>>;
  readonly services: readonly Pick<ServiceSpec, 'context' | 'stores'>[];
}

const currentTopology: MonthTopology = { costModel, profiles, services };

export function monthOf(name: string): Month {
  const match = /^(\d{4})-(\d{2})$/.exec(name);
  const [year, month] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || month < 1 || month > 12) {
    throw new Error(`"${name}" is not a month. Write one as 2026-12.`);
  }
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const sunday = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
  return { name, days, firstWeekday: (sunday + 6) % 7, limitsOf: `${name}-01` };
}

/** No month in particular: as long as the longest, so that what fits it fits every other. */
export function longestMonth(limitsOf: string): Month {
  return { name: limitsOf.slice(0, 7), days: 31, firstWeekday: 0, limitsOf };
}

/** What can be tried out without changing the topology. */
export interface WhatIf {
  /** So many times the environment's traffic. */
  readonly traffic?: number;
  /** More services in every context, each as quiet as a service can be. */
  readonly services?: number;
  /** How long public pages are kept, seconds. */
  readonly cacheTtlSeconds?: number;
  readonly profile?: Profile['name'];
  /** All contexts' databases in one place. */
  readonly databases?: DatabaseHome;
  readonly redis?: Environment['redis'];
  readonly usageReportSeconds?: number;
  readonly sweepsTogether?: boolean;
  readonly ladder?: boolean;
}

export function scenarioOf(
  environment: Environment,
  month: Month,
  whatIf: WhatIf = {},
  topology: MonthTopology = currentTopology,
): Scenario {
  const { databases, services: more = 0, cacheTtlSeconds } = whatIf;
  const costs = withServices(topology, more);
  return {
    environment: environment.name,
    profile: topology.profiles[whatIf.profile ?? environment.profile],
    traffic: scaled(environment.traffic, whatIf.traffic ?? 1),
    databases: databases ? everyContext(() => databases) : environment.databases,
    redis: whatIf.redis ?? environment.redis,
    usageReportSeconds: whatIf.usageReportSeconds ?? environment.usageReportSeconds,
    sweepSeconds: environment.sweepSeconds,
    sweepsTogether: whatIf.sweepsTogether ?? true,
    sweepersByContext: everyContext((context) => sweepersOf(topology, context) + more),
    costs: cacheTtlSeconds === undefined ? costs : withTtl(costs, cacheTtlSeconds),
    month,
    ladder: whatIf.ladder ?? false,
  };
}

export function scaled(traffic: Traffic, times: number): Traffic {
  const { perMonth } = traffic;
  const entries = Object.entries(perMonth).map(([name, count]) => [name, count * times]);
  return { ...traffic, perMonth: Object.fromEntries(entries) as Traffic['perMonth'] };
}

export function everyContext<T>(value: (context: Context) => T): Record<Context, T> {
  return Object.fromEntries(contexts.map((name) => [name, value(name)])) as Record<Context, T>;
}

const sweepersOf = ({ services: all }: MonthTopology, context: Context): number =>
  all.filter((one) => one.context === context && one.stores.includes('postgres')).length;

/** What every service does by itself, whether anybody comes or not. */
const byEachService = ['sweep', 'usageReport', 'scrape'] as const;

/** So many more in every context, each of which costs what one of those that there are does. */
function withServices({ costModel: costs, services: all }: MonthTopology, more: number) {
  const times = 1 + (more * contexts.length) / Math.max(1, all.length);
  const entries = byEachService.map((name) => {
    const { always } = costs[name];
    return [name, { ...costs[name], always: timesCost(always, times) }];
  });
  return { ...costs, ...(Object.fromEntries(entries) as Partial<Scenario['costs']>) };
}

function timesCost(cost: CostVector, times: number): CostVector {
  const entries = Object.entries(cost).map(
    ([field, value]: [string, CostVector[keyof CostVector]]) => [
      field,
      typeof value === 'number'
        ? value * times
        : Object.fromEntries(Object.entries(value).map(([name, count]) => [name, count * times])),
    ],
  );
  return Object.fromEntries(entries) as CostVector;
}

function withTtl(costs: Scenario['costs'], ttlSeconds: number): Scenario['costs'] {
  const entries = Object.entries(costs).map(([name, cost]) => [
    name,
    cost.onMiss ? { ...cost, onMiss: { ...cost.onMiss, ttlSeconds } } : cost,
  ]);
  return Object.fromEntries(entries) as Scenario['costs'];
}
