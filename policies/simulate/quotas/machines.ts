import { contexts, keptDumps } from '@mkt/topology';
import type { Activity } from '../activity.ts';
import { assumptions } from '../assumptions.ts';
import { peakQuota, type Quota } from '../quota.ts';
import type { Scenario } from '../scenario.ts';
import { spendingOf } from '../spending.ts';
import { gb, gibibyte, hourSeconds, round } from './allowance.ts';
import { storedOf, sumOfLevels } from './stored.ts';

/** k3s and the pods of the platform leave so much of a core at least. */
const leastCores = 0.1;

/** What the profile's own machines can do: no provider's allowance, and full all the same. */
export function machineQuotas(scenario: Scenario, activity: Activity): Quota[] {
  return [processors(scenario, activity), ...databaseDisk(scenario, activity)];
}

const clusterNodes = ({ profile }: Scenario) =>
  profile.nodes.filter(({ role }) => role !== 'witness');

function processors(scenario: Scenario, activity: Activity): Quota {
  const nodes = clusterNodes(scenario);
  const { slowerCore, platformCpuMilli, cpuShareAtMost } = assumptions;
  const reserved = nodes.reduce<number>(
    (sum, { reserve }) => sum + reserve.cpuMilli,
    platformCpuMilli,
  );
  const whole = nodes.reduce((sum, { ocpus }) => sum + ocpus, 0);
  const cores = Math.max(leastCores, whole - reserved / 1_000);
  const busy = spendingOf(
    scenario,
    activity,
    (cost) => (cost.cpuMs * slowerCore) / (hourSeconds * 1_000),
  ).perHour;
  const hour = busy.indexOf(busy.reduce((most, one) => Math.max(most, one), 0));
  return peakQuota(
    {
      limitId: 'profile.cpu.cores',
      instance: null,
      resource: 'Processors of the nodes, in the busiest hour',
      unit: 'core',
      period: 'hour',
      limit: cores * cpuShareAtMost,
      whenExceeded: 'throttle',
      arithmetic:
        `day ${Math.floor(hour / 24) + 1}, ${hour % 24}:00 UTC; (${round(whole)} cores - ` +
        `${round(reserved / 1_000)} for system and platform) x ${cpuShareAtMost}`,
    },
    busy,
  );
}

function databaseDisk(scenario: Scenario, activity: Activity): Quota[] {
  const local = contexts.filter((context) => scenario.databases[context] === 'cluster');
  if (local.length === 0) return [];
  const { historyMonths, customerMonths, diskPerStoredByte, dumpPerDiskByte } = assumptions;
  const limit = (scenario.profile.databaseVolumeGiB * gibibyte) / gb;
  const dumps = keptDumps * dumpPerDiskByte;
  const parts = local.map((context) => storedOf(scenario, activity, context).levels);
  return [
    peakQuota(
      {
        limitId: 'profile.disk.gb',
        instance: null,
        resource: "Volume of the cluster's own PostgreSQL",
        unit: 'gb',
        period: 'standing',
        limit,
        whenExceeded: 'stop',
        arithmetic:
          `${historyMonths} months of ${local.filter((one) => one !== 'customer').join(', ')}` +
          `${local.includes('customer') ? ` and ${customerMonths} of customer` : ''}, x ` +
          `${diskPerStoredByte} with indexes, and ${round(dumps)} of it for ${keptDumps} dumps`,
      },
      sumOfLevels(activity.hours, parts).map((level) => level * (1 + dumps)),
    ),
  ];
}
