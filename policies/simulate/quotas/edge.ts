import type { Activity } from '../activity.ts';
import { busiestOf } from '../fluid.ts';
import { flowQuota, peakQuota, type Quota } from '../quota.ts';
import type { Scenario } from '../scenario.ts';
import { spendingOf } from '../spending.ts';
import { allowanceFacts, gb, hourSeconds } from './allowance.ts';

/** What goes to visitors, and what is asked of a metered Redis. */
export function edgeQuotas(scenario: Scenario, activity: Activity): Quota[] {
  return [
    ...(scenario.profile.provider === 'oracle' ? [egress(scenario, activity)] : []),
    ...(scenario.redis === 'upstash' ? commands(scenario, activity) : []),
  ];
}

function egress(scenario: Scenario, activity: Activity): Quota {
  const answers = spendingOf(scenario, activity, (cost) => cost.responseBytes);
  return flowQuota(
    allowanceFacts(scenario, 'oracle.egress.gb', { arithmetic: `(${answers.because}) bytes` }),
    answers.perHour.map((bytes) => bytes / gb),
  );
}

function commands(scenario: Scenario, activity: Activity): Quota[] {
  const spent = spendingOf(scenario, activity, (cost) => cost.redisCommands);
  // Those of one visit come together, so that their squares make the variance.
  const squares = spendingOf(scenario, activity, (cost) => cost.redisCommands ** 2);
  const peaks = spent.perHour.map((count, hour) =>
    busiestOf(count / hourSeconds, (squares.perHour[hour] as number) / hourSeconds),
  );
  return [
    flowQuota(
      allowanceFacts(scenario, 'upstash.commands.count', { arithmetic: spent.because }),
      spent.perHour,
    ),
    peakQuota(
      allowanceFacts(scenario, 'upstash.commands.per-second', {
        arithmetic: `busiest second of the month: ${spent.because}`,
      }),
      peaks,
    ),
  ];
}
