import { type ServiceClass, services } from '@mkt/topology';

/** One rule as Prometheus reads it. */
export interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface RuleGroup {
  readonly name: string;
  readonly interval: string;
  readonly rules: readonly Rule[];
}

/** Share of requests that may fail: half a percent a month is 3.6 hours. */
export const errorBudget = 0.005;

interface BurnRate {
  readonly long: string;
  readonly short: string;
  /** Times the rate that spends the budget in exactly a month. */
  readonly times: number;
  readonly severity: 'page' | 'ticket';
}

/** How fast the budget may burn before somebody is told: two windows, so that alerts also end. */
export const burnRates: readonly BurnRate[] = [
  { long: '1h', short: '5m', times: 14.4, severity: 'page' },
  { long: '6h', short: '30m', times: 6, severity: 'page' },
  { long: '1d', short: '2h', times: 3, severity: 'ticket' },
];

export const serviceClasses: readonly ServiceClass[] = [
  'product-search',
  'order-processing',
  'payment-processing',
];

/** Names of a class's services, as a pattern. The gateway answers for all and belongs to none. */
export function namesOf(serviceClass: ServiceClass): string {
  const own = services.filter((one) => one.class === serviceClass && one.name !== 'gateway');
  return own.map(({ name }) => name).join('|');
}

const windows = [...new Set(burnRates.flatMap(({ long, short }) => [long, short]))];
const errorRatio = (window: string) => `class:http_errors:ratio_rate${window}`;

const ratioRules: readonly Rule[] = serviceClasses.flatMap((serviceClass) =>
  windows.map((window) => {
    const all = `http_request_duration_seconds_count{service=~"${namesOf(serviceClass)}"}`;
    const failed = all.replace('}', ',status=~"5.."}');
    return {
      record: errorRatio(window),
      labels: { class: serviceClass },
      expr: `sum(rate(${failed}[${window}])) / (sum(rate(${all}[${window}])) > 0)`,
    };
  }),
);

const burnAlerts: readonly Rule[] = burnRates.map(({ long, short, times, severity }) => ({
  alert: severity === 'page' ? `ErrorBudgetBurns${long}` : 'ErrorBudgetShrinks',
  expr:
    `${errorRatio(long)} > ${times} * ${errorBudget} ` +
    `and ${errorRatio(short)} > ${times} * ${errorBudget}`,
  labels: { severity },
  annotations: {
    summary: `{{ $labels.class }}: {{ $value | humanizePercentage }} of requests fail`,
    runbook: runbook('errors'),
  },
}));

/** When each CronJob was done last; when it was made, where it never was. */
const lastSuccess =
  'max by (namespace, cronjob) ' +
  '(kube_cronjob_status_last_successful_time or kube_cronjob_created)';

/** When the last of its jobs that failed for good had begun. */
const lastFailure =
  'max by (namespace, cronjob) (label_replace(' +
  'kube_job_status_start_time * on (namespace, job_name) group_left (owner_name) ' +
  'max by (namespace, job_name, owner_name) (kube_job_owner{owner_kind="CronJob"}) ' +
  'and on (namespace, job_name) kube_job_failed{condition="true"} == 1, ' +
  '"cronjob", "$1", "owner_name", "(.+)"))';

export const ruleGroups: readonly RuleGroup[] = [
  { name: 'service-levels', interval: '1m', rules: [...ratioRules, ...burnAlerts] },
  {
    name: 'work-that-waits',
    interval: '1m',
    rules: [
      alert('EventsDoNotLeave', 'max by (service) (outbox_oldest_age_seconds) > 300', {
        for: '5m',
        severity: 'page',
        runbook: 'events',
        summary: '{{ $labels.service }}: an event waits for {{ $value | humanizeDuration }}',
      }),
      alert('EventsParked', 'sum by (service) (increase(dead_letters_total[1h])) > 0', {
        severity: 'ticket',
        runbook: 'events',
        summary: '{{ $labels.service }} could not apply {{ $value }} events',
      }),
      alert('SagaHangs', 'max by (service, saga) (saga_oldest_age_seconds) > 900', {
        for: '5m',
        severity: 'page',
        runbook: 'sagas',
        summary: '{{ $labels.saga }} of {{ $labels.service }} hangs',
      }),
      alert('BusLostEvents', 'increase(bus_trimmed_unread_total[1h]) > 0', {
        severity: 'page',
        runbook: 'events',
        summary: '{{ $labels.consumer }} missed events that left the stream',
      }),
    ],
  },
  {
    name: 'processes',
    interval: '1m',
    rules: [
      alert('ProgramAway', 'up == 0', {
        for: '3m',
        severity: 'page',
        runbook: 'program-away',
        summary: '{{ $labels.program }} does not answer',
      }),
      alert('BreakerOpen', 'max by (service) (circuit_breaker_state) == 1', {
        for: '5m',
        severity: 'ticket',
        runbook: 'errors',
        summary: 'Calls to {{ $labels.service }} are not tried',
      }),
      alert('PoolExhausted', 'max by (service, role) (db_pool_connections{state="waiting"}) > 0', {
        for: '5m',
        severity: 'ticket',
        runbook: 'database',
        summary: '{{ $labels.service }} waits for connections of {{ $labels.role }}',
      }),
      alert('EventLoopLate', 'event_loop_delay_seconds{quantile="p99"} > 0.5', {
        for: '10m',
        severity: 'ticket',
        runbook: 'program-away',
        summary: '{{ $labels.program }} is late by {{ $value | humanizeDuration }}',
      }),
      alert('RedisAway', 'min(redis_connected) == 0', {
        for: '3m',
        severity: 'page',
        runbook: 'valkey',
        summary: 'A service does not reach Valkey',
      }),
    ],
  },
  {
    name: 'night-work',
    interval: '5m',
    rules: [
      alert('NightWorkLate', `time() - ${lastSuccess} > ${26 * 3_600}`, {
        for: '15m',
        severity: 'page',
        runbook: 'night-work',
        summary: '{{ $labels.cronjob }} was done last {{ $value | humanizeDuration }} ago',
      }),
      alert('NightWorkFailed', `${lastFailure} > on (namespace, cronjob) ${lastSuccess}`, {
        severity: 'ticket',
        runbook: 'night-work',
        summary: '{{ $labels.cronjob }} failed',
      }),
    ],
  },
  {
    name: 'node',
    interval: '1m',
    rules: [
      alert(
        'NodeMemoryShort',
        'node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes < 0.1',
        {
          for: '10m',
          severity: 'page',
          runbook: 'node',
          summary: 'Less than a tenth of the memory of {{ $labels.instance }} is left',
        },
      ),
      alert(
        'NodeDiskFills',
        'node_filesystem_avail_bytes{mountpoint="/"} / node_filesystem_size_bytes{mountpoint="/"} < 0.15',
        {
          for: '30m',
          severity: 'page',
          runbook: 'node',
          summary: 'Less than 15% of the disk of {{ $labels.instance }} is left',
        },
      ),
      alert('SeriesNearTheirBound', 'prometheus_tsdb_head_series > 80000', {
        for: '15m',
        severity: 'ticket',
        runbook: 'monitoring',
        summary: 'Prometheus holds {{ $value }} series',
      }),
      alert('TelemetryDropped', 'sum(rate(spans_dropped_total[15m])) > 1', {
        for: '15m',
        severity: 'ticket',
        runbook: 'monitoring',
        summary: 'Spans are lost',
      }),
    ],
  },
];

interface AlertFacts {
  readonly for?: string;
  readonly severity: 'page' | 'ticket';
  readonly runbook: string;
  readonly summary: string;
}

function alert(name: string, expr: string, facts: AlertFacts): Rule {
  const { severity, summary } = facts;
  return {
    alert: name,
    expr,
    ...(facts.for ? { for: facts.for } : {}),
    labels: { severity },
    annotations: { summary, runbook: runbook(facts.runbook) },
  };
}

/** Where the next step is written down, in the repository. */
function runbook(name: string): string {
  return `docs/runbooks/${name}.md`;
}
