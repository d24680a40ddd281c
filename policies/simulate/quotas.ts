import { allowanceOf, limitAt } from '../limits/index.ts';
import type { Activity } from './activity.ts';
import type { MonthLimits } from './month-limits.ts';
import type { Quota } from './quota.ts';
import { hourSeconds } from './quotas/allowance.ts';
import { atlasQuotas } from './quotas/atlas.ts';
import { edgeQuotas } from './quotas/edge.ts';
import { machineQuotas } from './quotas/machines.ts';
import { neonQuotas, smallestCu } from './quotas/neon.ts';
import type { Scenario } from './scenario.ts';

/** What the simulation must know while it goes on. */
export function monthLimitsOf({ month }: Scenario): MonthLimits {
  const day = month.limitsOf;
  const cuHours = allowanceOf(limitAt('neon.compute.cu-hours', day));
  return {
    suspendSeconds: allowanceOf(limitAt('neon.autosuspend.seconds', day)),
    awakeSeconds: (cuHours / smallestCu(day)) * hourSeconds,
  };
}

/** Every allowance that this month's activity spends, fullest first. */
export function quotasOf(scenario: Scenario, activity: Activity): Quota[] {
  return [
    ...neonQuotas(scenario, activity),
    ...atlasQuotas(scenario, activity),
    ...edgeQuotas(scenario, activity),
    ...machineQuotas(scenario, activity),
  ].toSorted((a, b) => b.share - a.share);
}
