import { type Context, services } from '@mkt/topology';

/** How a flow quota's use is seen by Prometheus: a rate in the limit's unit. */
export interface MeteredQuota {
  readonly limitId: string;
  /** Tells rules of one limit apart, such as a context with a project of its own. */
  readonly instance?: string;
  /** PromQL of the rate over a window such as `1h`. */
  readonly rate: (window: string) => string;
  readonly per: 'second' | 'hour';
  /** The highest rate there can be, where the thing itself has an end. */
  readonly mostRate?: number;
}

const servicesOf = (context: Context): string =>
  services
    .filter((service) => service.context === context && service.stores.includes('postgres'))
    .map(({ name }) => name)
    .join('|');

/**
 * CU a context's project has on average. It is awake while a statement came within the last five
 * minutes, which is its autosuspend: the inner window.
 */
const awakeCu = (context: Context, minimumCu: number) => (window: string) =>
  `${minimumCu} * avg_over_time((sum(increase(metered_use_total{` +
  `meter="postgres.statements",service=~"${servicesOf(context)}"}[5m])) > bool 0)[${window}:1m])`;

export function meteredQuotas(
  minimumCu: number,
  neonContexts: readonly Context[],
): readonly MeteredQuota[] {
  return [
    ...neonContexts.map((context) => ({
      limitId: 'neon.compute.cu-hours',
      instance: context,
      rate: awakeCu(context, minimumCu),
      // An average of one CU is a CU-hour an hour.
      per: 'hour' as const,
      mostRate: minimumCu,
    })),
    {
      limitId: 'atlas.operations.per-second',
      per: 'second',
      rate: (window) => `sum(rate(metered_use_total{meter="documents.operations"}[${window}]))`,
    },
    {
      // Shown only where REDIS_METERED says that Redis is not the cluster's own.
      limitId: 'upstash.commands.count',
      per: 'second',
      rate: (window) =>
        `sum(rate(metered_use_total{meter="redis.commands",service="redis"}[${window}]))`,
    },
    {
      limitId: 'oracle.egress.gb',
      per: 'second',
      rate: (window) =>
        'sum(rate(node_network_transmit_bytes_total{device!~"lo|veth.*|cni.*|flannel.*"}' +
        `[${window}])) / 1e9`,
    },
  ];
}
