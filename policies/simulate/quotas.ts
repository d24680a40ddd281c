import { type Context, contexts } from '@mkt/topology';
import { allowanceOf, limitAt } from '../limits/index.ts';
import { type Activity, total } from './activity.ts';
import { assumptions } from './assumptions.ts';
import type { MonthLimits } from './month-limits.ts';
import { flowQuota, peakQuota, type Quota } from './quota.ts';
import type { Scenario } from './scenario.ts';
import { inContext, spendingOf } from './spending.ts';

const gb = 1e9;
const hourSeconds = 3_600;
/** k3s and the pods of the platform leave so much of a core at least. */
const leastCores = 0.1;

const firstDay = ({ month }: Scenario): string => `${month.name}-01`;
const round = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 2 });

/** What the simulation must know while it goes on. */
export function monthLimitsOf(scenario: Scenario): MonthLimits {
  const day = firstDay(scenario);
  const cuHours = allowanceOf(limitAt('neon.compute.cu-hours', day));
  return {
    suspendSeconds: allowanceOf(limitAt('neon.autosuspend.seconds', day)),
    awakeSeconds: (cuHours / smallestCu(day)) * hourSeconds,
  };
}

const smallestCu = (day: string): number => allowanceOf(limitAt('neon.compute.minimum-cu', day));

/** Every allowance that this month's activity spends, fullest first. */
export function quotasOf(scenario: Scenario, activity: Activity): Quota[] {
  return [
    ...contexts
      .filter((context) => scenario.databases[context] === 'neon')
      .flatMap((context) => neonQuotas(scenario, activity, context)),
    ...atlasQuotas(scenario, activity),
    ...edgeQuotas(scenario, activity),
    ...machineQuotas(scenario, activity),
  ].toSorted((a, b) => b.share - a.share);
}

function factsOf(scenario: Scenario, limitId: string, instance: string | null, arithmetic: string) {
  const limit = limitAt(limitId, firstDay(scenario));
  const { resource, unit, period, whenExceeded } = limit;
  return {
    limitId,
    instance,
    resource,
    unit,
    period,
    whenExceeded,
    limit: allowanceOf(limit),
    arithmetic,
  };
}

function neonQuotas(scenario: Scenario, activity: Activity, context: Context): Quota[] {
  const awake = activity.awakeSeconds[context];
  const cu = smallestCu(firstDay(scenario));
  const bytes = spendingOf(scenario, activity, inContext('databaseBytesOut', context));
  const stored = storedGb(scenario, activity, context);
  const facts = (id: string, arithmetic: string) => factsOf(scenario, id, context, arithmetic);
  const awakeHours = total(awake) / hourSeconds;
  return [
    flowQuota(
      facts('neon.compute.cu-hours', `${round(awakeHours)} h awake x ${cu} CU`),
      awake.map((seconds) => (seconds / hourSeconds) * cu),
    ),
    flowQuota(
      facts('neon.egress.gb', `${round(total(bytes) / gb)} GB of rows read`),
      bytes.map((count) => count / gb),
    ),
    peakQuota(facts('neon.storage.gb', stored.arithmetic), stored.levels),
  ];
}

/** What lies on a disk when a whole history does, with this month's growth. */
function storedGb(scenario: Scenario, activity: Activity, context: Context) {
  const { diskPerStoredByte, historyMonths, customerMonths } = assumptions;
  const months = context === 'customer' ? customerMonths : historyMonths;
  const spent = spendingOf(scenario, activity, inContext('storedBytes', context));
  const monthly = (total(spent) * diskPerStoredByte) / gb;
  let sum = monthly * (months - 1);
  return {
    levels: spent.map((bytes) => {
      sum += (bytes * diskPerStoredByte) / gb;
      return sum;
    }),
    arithmetic: `${round(monthly)} GB a month x ${months} months of history`,
  };
}

function atlasQuotas(scenario: Scenario, activity: Activity): Quota[] {
  const operations = spendingOf(scenario, activity, (cost) => cost.documentOperations);
  const bytes = operations.map((count) => (count * assumptions.documentBytes) / gb);
  const facts = (id: string, arithmetic: string) => factsOf(scenario, id, null, arithmetic);
  const documents = `${round(total(operations))} operations x ${assumptions.documentBytes} bytes`;
  const peaks = activity.peakDocumentOperations;
  return [
    peakQuota(facts('atlas.operations.per-second', 'the busiest second of the month'), peaks),
    flowQuota(facts('atlas.transfer-out.gb', documents), bytes),
  ];
}

function edgeQuotas(scenario: Scenario, activity: Activity): Quota[] {
  const answers = spendingOf(scenario, activity, (cost) => cost.responseBytes / gb);
  const quotas: Quota[] = [];
  if (scenario.profile.provider === 'oracle') {
    const arithmetic = `${round(total(answers))} GB of answers`;
    quotas.push(flowQuota(factsOf(scenario, 'oracle.egress.gb', null, arithmetic), answers));
  }
  if (scenario.redis === 'upstash') {
    const commands = spendingOf(scenario, activity, (cost) => cost.redisCommands);
    const arithmetic = `${round(total(commands))} commands`;
    quotas.push(flowQuota(factsOf(scenario, 'upstash.commands.count', null, arithmetic), commands));
  }
  return quotas;
}

/** What the profile's own machines can do. */
function machineQuotas(scenario: Scenario, activity: Activity): Quota[] {
  const nodes = scenario.profile.nodes.filter(({ role }) => role !== 'witness');
  const { slowerCore, platformCpuMilli, cpuShareAtMost, systemDiskGb } = assumptions;
  const reserved = nodes.reduce<number>(
    (sum, { reserve }) => sum + reserve.cpuMilli,
    platformCpuMilli,
  );
  const cores = Math.max(
    leastCores,
    nodes.reduce((sum, { ocpus }) => sum + ocpus, 0) - reserved / 1_000,
  );
  const usable = cores * cpuShareAtMost;
  const busy = spendingOf(
    scenario,
    activity,
    (cost) => (cost.cpuMs * slowerCore) / (hourSeconds * 1_000),
  );
  const quotas: Quota[] = [
    peakQuota(
      {
        limitId: 'profile.cpu.cores',
        instance: null,
        resource: 'Processors of the nodes, in the busiest hour',
        unit: 'core',
        period: 'hour',
        limit: usable,
        whenExceeded: 'throttle',
        arithmetic: `${round(cores)} cores left to the marketplace x ${cpuShareAtMost}`,
      },
      busy,
    ),
  ];
  const local = contexts.filter((context) => scenario.databases[context] === 'cluster');
  if (local.length > 0) {
    const disk = Math.max(0, ...nodes.map(({ bootVolumeGb }) => bootVolumeGb - systemDiskGb));
    quotas.push(diskQuota(scenario, activity, local, disk));
  }
  return quotas;
}

function diskQuota(
  scenario: Scenario,
  activity: Activity,
  local: readonly Context[],
  diskGb: number,
): Quota {
  const parts = local.map((context) => storedGb(scenario, activity, context).levels);
  const levels = new Float64Array(activity.hours);
  for (const part of parts)
    for (const [at, level] of part.entries()) levels[at] = (levels[at] as number) + level;
  const facts = {
    limitId: 'profile.disk.gb',
    instance: null,
    resource: "Disk of the cluster's own PostgreSQL",
    unit: 'gb',
    period: 'standing',
    limit: diskGb,
    whenExceeded: 'stop',
    arithmetic: `a year of orders x ${assumptions.diskPerStoredByte} for indexes`,
  };
  return peakQuota(facts, levels);
}
