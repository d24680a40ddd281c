import { allowanceOf, limitAt } from '../limits/index.ts';

/** What a Neon project's compute may do in a month, in hours awake. */
export interface WakeBudget {
  readonly cuHours: number;
  readonly minimumCu: number;
  readonly autosuspendSeconds: number;
  /** At its smallest size. */
  readonly awakeHours: number;
}

const monthHours = 744;

export function wakeBudget(day: string): WakeBudget {
  const cuHours = allowanceOf(limitAt('neon.compute.cu-hours', day));
  const minimumCu = allowanceOf(limitAt('neon.compute.minimum-cu', day));
  const autosuspendSeconds = allowanceOf(limitAt('neon.autosuspend.seconds', day));
  return { cuHours, minimumCu, autosuspendSeconds, awakeHours: cuHours / minimumCu };
}

/**
 * CU-hours of the longest month that work takes which comes every so often and finds the database
 * asleep: each time it stays awake until nobody has asked for as long as the autosuspend.
 */
export function wakeCost(intervalSeconds: number, budget: WakeBudget, workSeconds = 5): number {
  const awakeSeconds = Math.min(intervalSeconds, budget.autosuspendSeconds + workSeconds);
  return (monthHours * awakeSeconds * budget.minimumCu) / intervalSeconds;
}
