import { allowanceOf, limitAt } from '../../limits/index.ts';
import type { QuotaFacts } from '../quota.ts';
import type { Scenario } from '../scenario.ts';

export const gb = 1e9;
export const gibibyte = 2 ** 30;
export const hourSeconds = 3_600;

/** Two places, and of what is less than a hundredth two digits. */
export const round = (value: number): string =>
  value.toLocaleString(
    'en',
    value < 0.01 ? { maximumSignificantDigits: 2 } : { maximumFractionDigits: 2 },
  );

/** What the catalogue says of a limit in the scenario's month. */
export function allowanceFacts(
  { month }: Scenario,
  limitId: string,
  {
    instance = null,
    arithmetic,
  }: { readonly instance?: string | null; readonly arithmetic: string },
): QuotaFacts {
  const limit = limitAt(limitId, month.limitsOf);
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
