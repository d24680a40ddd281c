import { type Context, contexts } from '@mkt/topology';
import { allowanceOf, limitAt } from '../../limits/index.ts';
import { type Activity, total } from '../activity.ts';
import { wakersOf } from '../awake.ts';
import { flowQuota, peakQuota, type Quota } from '../quota.ts';
import type { Scenario } from '../scenario.ts';
import { inContext, spendingOf } from '../spending.ts';
import { allowanceFacts, gb, hourSeconds, round } from './allowance.ts';
import { storedOf, sumOfLevels } from './stored.ts';

export const smallestCu = (day: string): number =>
  allowanceOf(limitAt('neon.compute.minimum-cu', day));

/** What each context's project takes, and all of them of the account. */
export function neonQuotas(scenario: Scenario, activity: Activity): Quota[] {
  const there = contexts.filter((context) => scenario.databases[context] === 'neon');
  if (there.length === 0) return [];
  const stored = there.map((context) => storedOf(scenario, activity, context).levels);
  const arithmetic = `the projects of ${there.join(', ')}`;
  return [
    ...there.flatMap((context) => projectQuotas(scenario, activity, context)),
    peakQuota(
      allowanceFacts(scenario, 'neon.storage.account-gb', { arithmetic }),
      sumOfLevels(activity.hours, stored),
    ),
  ];
}

function projectQuotas(scenario: Scenario, activity: Activity, context: Context): Quota[] {
  const awake = activity.awakeSeconds[context];
  const cu = smallestCu(scenario.month.limitsOf);
  const read = spendingOf(scenario, activity, inContext('databaseBytesOut', context));
  const stored = storedOf(scenario, activity, context);
  const facts = (id: string, arithmetic: string) =>
    allowanceFacts(scenario, id, { instance: context, arithmetic });
  return [
    flowQuota(
      facts(
        'neon.compute.cu-hours',
        `${round(total(awake) / hourSeconds)} of ${activity.hours} h awake x ${cu} CU ` +
          `(${wakersOf(scenario, context)})`,
      ),
      awake.map((seconds) => (seconds / hourSeconds) * cu),
    ),
    flowQuota(
      facts('neon.egress.gb', `(${read.because}) bytes of rows`),
      read.perHour.map((count) => count / gb),
    ),
    peakQuota(facts('neon.storage.gb', stored.arithmetic), stored.levels),
  ];
}
