import {
  type Environment,
  noCost,
  type Profile,
  type ServiceSpec,
  type UseCase,
  type UseCaseCost,
  useCases,
} from '@mkt/topology';
import { expectedMonth } from '../simulate/fluid.ts';
import type { Quota } from '../simulate/quota.ts';
import { monthLimitsOf, quotasOf } from '../simulate/quotas.ts';
import { hoursOfDay, longestMonth, type Scenario, scenarioOf } from '../simulate/scenario.ts';
import { spendingOf } from '../simulate/spending.ts';
import type { Capacity, DeclaredUse } from './facts.ts';

export type CostModel = Readonly<Partial<Record<UseCase, UseCaseCost>>>;

export interface Flows {
  /** What of the providers' allowances is spent. */
  readonly uses: readonly DeclaredUse[];
  /** What of the machines themselves is. */
  readonly capacities: readonly Capacity[];
}

/** What the expected month depends on, beside its costs. */
interface MonthSources {
  readonly day: string;
  readonly environment: Environment;
  readonly profile: Profile;
  readonly services: readonly ServiceSpec[];
}

/** The month that is expected of an environment: the simulator's, without chance. */
export function expectedScenario(sources: MonthSources, costModel: CostModel): Scenario {
  const { day, environment, profile, services } = sources;
  const profiles = { [profile.name]: profile } as Record<typeof profile.name, typeof profile>;
  return scenarioOf(
    environment,
    longestMonth(day),
    { profile: profile.name },
    { costModel: wholeModel(costModel), profiles, services },
  );
}

/** A commit before a use case or a measure of it was known says nothing of it: that is nothing. */
function wholeModel(model: CostModel): Record<UseCase, UseCaseCost> {
  const entries = useCases.map((name): [UseCase, UseCaseCost] => {
    const { always = noCost, onMiss } = model[name] ?? {};
    return [
      name,
      {
        always: { ...noCost, ...always },
        ...(onMiss ? { onMiss: { ...onMiss, cost: { ...noCost, ...onMiss.cost } } } : {}),
      },
    ];
  });
  return Object.fromEntries(entries) as Record<UseCase, UseCaseCost>;
}

/**
 * What the expected month spends, of every quota that the simulator knows. What chance, throttles
 * and the degrade ladder do to it is shown by living through it: `mkt budget simulate`.
 */
export function flowsOf(scenario: Scenario, loadBalancers: number): Flows {
  const activity = expectedMonth(scenario, monthLimitsOf(scenario));
  const quotas = quotasOf(scenario, activity);
  const answers = spendingOf(scenario, activity, ({ responseBytes }) => responseBytes);
  return {
    uses: [
      ...quotas.filter((quota) => !isOfMachines(quota)).map(useOf),
      ...(loadBalancers > 0 ? [throughLoadBalancer(answers.perHour)] : []),
    ],
    capacities: quotas.filter(isOfMachines).map((quota) => capacityOf(quota, scenario)),
  };
}

const isOfMachines = ({ limitId }: Quota): boolean => limitId.startsWith('profile.');

function useOf({ limitId, instance, used, arithmetic, levels }: Quota): DeclaredUse {
  return {
    limitId,
    ...(instance === null ? {} : { instance }),
    quantity: used,
    because: arithmetic,
    dailyLevels: dailyLevelsOf(levels),
    source: costModelFile,
  };
}

const costModelFile = { file: 'packages/topology/src/cost-model.ts', line: 1 };

/** The most of each day: what adds up is at its most when the day ends. */
function dailyLevelsOf(levels: Float64Array): number[] {
  return Array.from({ length: levels.length / hoursOfDay }, (_, day) =>
    levels
      .subarray(day * hoursOfDay, (day + 1) * hoursOfDay)
      .reduce((most, level) => Math.max(most, level), 0),
  );
}

/** A larger disk can be bought where the provider sells it by the gigabyte. */
function capacityOf(
  { limitId, resource, unit, used, limit, arithmetic }: Quota,
  { profile }: Scenario,
): Capacity {
  const isSold = profile.provider === 'oracle' && limitId === 'profile.disk.gb';
  return {
    id: limitId,
    resource,
    unit,
    quantity: used,
    limit,
    because: arithmetic,
    ...(isSold ? { priceOf: 'oracle.block-volume.gb' } : {}),
  };
}

const hourSeconds = 3_600;

/** A flexible load balancer has a width, and no month. */
function throughLoadBalancer(bytesPerHour: Float64Array): DeclaredUse {
  const most = bytesPerHour.reduce((sum, bytes) => Math.max(sum, bytes), 0);
  return {
    limitId: 'oracle.load-balancer.mbps',
    quantity: (most * 8) / (hourSeconds * 1e6),
    because: `answers of the busiest hour, ${Math.round(most / 1e6)} MB x 8 bit / ${hourSeconds} s`,
    source: costModelFile,
  };
}
