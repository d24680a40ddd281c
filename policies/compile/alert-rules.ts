import type { Environment } from '@mkt/topology';
import { allowanceOf, type Limit, limitAt } from '../limits/index.ts';
import { type MeteredQuota, meteredQuotas } from './metered.ts';

interface Burn {
  /** Times the rate at which the allowance would last exactly for its period. */
  readonly factor: number;
  readonly long: string;
  readonly short: string;
  readonly severity: 'page' | 'ticket';
}

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

const hourS = 3_600;
const dayS = 24 * hourS;
const monthS = 31 * dayS;

/** Seconds that an allowance is for. */
const periodSeconds: Partial<Record<Limit['period'], number>> = {
  month: monthS,
  'rolling-30-days': 30 * dayS,
  'rolling-7-days': 7 * dayS,
  'day-utc': dayS,
  hour: hourS,
  second: 1,
};

/**
 * A quick burn pages, a slow one that will not last for the period makes a ticket. The short
 * window ends the alert soon after the burn does.
 */
const burnsBySpan: readonly { readonly atLeastS: number; readonly burns: readonly Burn[] }[] = [
  {
    atLeastS: 7 * dayS,
    burns: [
      { factor: 14.4, long: '1h', short: '5m', severity: 'page' },
      { factor: 6, long: '6h', short: '30m', severity: 'page' },
      { factor: 1, long: '3d', short: '6h', severity: 'ticket' },
    ],
  },
  {
    atLeastS: dayS,
    burns: [
      { factor: 6, long: '1h', short: '5m', severity: 'page' },
      { factor: 1, long: '6h', short: '30m', severity: 'ticket' },
    ],
  },
  {
    atLeastS: 0,
    burns: [
      { factor: 0.9, long: '5m', short: '1m', severity: 'page' },
      { factor: 0.7, long: '1h', short: '5m', severity: 'ticket' },
    ],
  },
];

/** The rules of one quota, by how fast it is spent. */
export function burnRules(quota: MeteredQuota, limit: Limit): readonly AlertRule[] {
  const seconds = periodSeconds[limit.period];
  const allowance = allowanceOf(limit);
  if (seconds === undefined || !Number.isFinite(allowance) || allowance <= 0) {
    throw new Error(
      `${limit.id} is no flow with an end: it cannot burn. Take it out of metered.ts.`,
    );
  }
  const lastingRate = (allowance / seconds) * (quota.per === 'hour' ? hourS : 1);
  const mostBurn = (quota.mostRate ?? Number.POSITIVE_INFINITY) / lastingRate;
  const burns = burnsBySpan.find(({ atLeastS }) => seconds >= atLeastS)?.burns ?? [];
  return burns
    .filter(({ factor }) => factor < mostBurn)
    .map((burn) => ruleOf(quota, limit, burn, lastingRate));
}

function ruleOf(quota: MeteredQuota, limit: Limit, burn: Burn, lastingRate: number): AlertRule {
  const { limitId, instance } = quota;
  const most = written(burn.factor * lastingRate);
  const name = [...limitId.split(/[.-]/), instance ?? '', burn.severity, burn.long]
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
  const whose = instance === undefined ? '' : ` of ${instance}`;
  return {
    alert: `Quota${name}`,
    expr: `${quota.rate(burn.long)} > ${most}\nand\n${quota.rate(burn.short)} > ${most}`,
    labels: {
      severity: burn.severity,
      limit: limitId,
      ...(instance === undefined ? {} : { instance_name: instance }),
    },
    annotations: {
      summary: `${limitId}${whose}: ${speedOf(burn, limit)}`,
      description:
        `${limit.resource}: ${limit.value} ${limit.unit} (${limit.period}) are free, and beyond ` +
        `that: ${limit.whenExceeded}. Over ${burn.long} and over ${burn.short} it was spent at ` +
        `more than ${burn.factor} times the rate that lasts.`,
      runbook_url: 'docs/runbooks/quota-burns.md',
    },
  };
}

function speedOf({ factor }: Burn, { period }: Limit): string {
  if (period === 'second') return `more than ${Math.round(factor * 100)}% of what is allowed`;
  return factor === 1 ? 'spent faster than it lasts' : `spent ${factor} times as fast as it lasts`;
}

/** Few digits: a threshold is a judgement, and its last digits would change with every reading. */
const written = (value: number): string => String(Number(value.toPrecision(4)));

/** A rules file for Prometheus: every quota that an environment spends, at every speed. */
export function alertRules(
  environment: Pick<Environment, 'databases' | 'redis' | 'profile'>,
  day: string,
): { readonly groups: readonly { readonly name: string; readonly rules: readonly AlertRule[] }[] } {
  const minimumCu = allowanceOf(limitAt('neon.compute.minimum-cu', day));
  const rules = meteredQuotas(environment, minimumCu).flatMap((quota) =>
    burnRules(quota, limitAt(quota.limitId, day)),
  );
  return { groups: [{ name: 'quotas', rules }] };
}
