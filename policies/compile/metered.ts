import { type Context, contexts, type Environment, profiles, services } from '@mkt/topology';

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

/** What an environment spends: a context in the cluster's own database costs no compute of Neon. */
export function meteredQuotas(
  { databases, redis, profile }: Pick<Environment, 'databases' | 'redis' | 'profile'>,
  minimumCu: number,
): readonly MeteredQuota[] {
  return [
    ...contexts
      .filter((context) => databases[context] === 'neon')
      .map((context) => neonCompute(context, minimumCu)),
    atlasOperations,
    ...(redis === 'upstash' ? [upstashCommands] : []),
    ...(profiles[profile].provider === 'oracle' ? [oracleEgress] : []),
  ];
}

const neonCompute = (context: Context, minimumCu: number): MeteredQuota => ({
  limitId: 'neon.compute.cu-hours',
  instance: context,
  rate: awakeCu(context, minimumCu),
  // An average of one CU is a CU-hour an hour.
  per: 'hour',
  mostRate: minimumCu,
});

const atlasOperations: MeteredQuota = {
  limitId: 'atlas.operations.per-second',
  per: 'second',
  rate: (window) => `sum(rate(metered_use_total{meter="documents.operations"}[${window}]))`,
};

/** Shown only where REDIS_METERED says that Redis is not the cluster's own. */
const upstashCommands: MeteredQuota = {
  limitId: 'upstash.commands.count',
  per: 'second',
  rate: (window) =>
    `sum(rate(metered_use_total{meter="redis.commands",service="redis"}[${window}]))`,
};

const oracleEgress: MeteredQuota = {
  limitId: 'oracle.egress.gb',
  per: 'second',
  rate: (window) =>
    'sum(rate(node_network_transmit_bytes_total{device!~"lo|veth.*|cni.*|flannel.*"}' +
    `[${window}])) / 1e9`,
};
