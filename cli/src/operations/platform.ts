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

export interface UsageSum {
  readonly name: string;
  readonly meter: string;
  readonly used: number;
}

/** Who used how much of what, the largest use of a meter first. What no vendor caused is the platform's. */
export function usageBy(by: 'service' | 'vendor', rows: Usage['rows']): UsageSum[] {
  const sums = new Map<string, UsageSum>();
  for (const { service, vendorId, meter, amount } of rows) {
    const name = by === 'service' ? service : (vendorId ?? 'platform');
    const key = `${meter} ${name}`;
    sums.set(key, { name, meter, used: (sums.get(key)?.used ?? 0) + amount });
  }
  return [...sums.values()].sort((a, b) => a.meter.localeCompare(b.meter, 'en') || b.used - a.used);
}
