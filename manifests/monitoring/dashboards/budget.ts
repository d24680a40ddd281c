import type { Dashboard } from './panel.ts';

/** What the node and the stores have left. Allowances of providers: `mkt budget status`. */
export const budget: Dashboard = {
  uid: 'mkt-budget',
  title: 'Budget',
  panels: [
    {
      title: 'Memory of the node that is used (the idle rule asks for 20%)',
      unit: 'percentunit',
      queries: [
        ['1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes', '{{instance}}'],
      ],
    },
    {
      title: 'Processors of the node, 95th percentile over 7 days (the idle rule asks for 20%)',
      unit: 'percentunit',
      kind: 'stat',
      queries: [
        [
          'quantile_over_time(0.95, (1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m])))[7d:5m])',
          '{{instance}}',
        ],
      ],
    },
    {
      title: 'Disk of the node that is used',
      unit: 'percentunit',
      queries: [
        [
          '1 - node_filesystem_avail_bytes{mountpoint="/"} / node_filesystem_size_bytes{mountpoint="/"}',
          '{{instance}}',
        ],
      ],
    },
    {
      title: 'Processor time of each program',
      queries: [['sum by (program) (rate(process_cpu_seconds_total[5m]))', '{{program}}']],
    },
    {
      title: 'Look-ups that a cache answered',
      unit: 'percentunit',
      queries: [
        [
          'sum by (service) (rate(cache_lookups_total{outcome="shared"}[1h])) / sum by (service) (rate(cache_lookups_total[1h]))',
          '{{service}}',
        ],
      ],
    },
    {
      title: 'Decided without Valkey',
      queries: [['sum by (part) (rate(redis_fallbacks_total[15m]))', '{{part}}']],
    },
    {
      title: 'Turned away under load',
      unit: 'reqps',
      queries: [['sum by (priority) (rate(admission_refusals_total[5m]))', '{{priority}}']],
    },
    {
      title: 'Series held by Prometheus',
      queries: [['prometheus_tsdb_head_series', 'series']],
    },
  ],
};
