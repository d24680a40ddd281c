import type { Api } from '../adapters/api.ts';
import type { BusinessClock, Usage } from './shapes.ts';

export interface UsagePeriod {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export function readUsage(api: Api, { from, to }: UsagePeriod): Promise<Usage> {
  return api.get<Usage>('/v1/budget/usage', { from: from?.slice(0, 10), to: to?.slice(0, 10) });
}

export function readClock(api: Api): Promise<BusinessClock> {
  return api.get<BusinessClock>('/v1/clock');
}

export function advanceClock(api: Api, ms: number): Promise<BusinessClock> {
  return api.post<BusinessClock>('/v1/clock/advance', { ms });
}
