import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-33';
import type { Construct } from 'constructs';
import { ingressFrom, podsOf } from '../../constructs/network.ts';
import { httpProbe } from '../../constructs/pod.ts';
import { addProgram } from '../../constructs/program.ts';
import { images } from '../../images.ts';
import type { Plan } from '../../plan/plan.ts';
import { yamlOf } from '../../render/yaml.ts';
import { goMemoryLimit, monitoringResources } from './limits.ts';
import { monitoringPorts } from './ports.ts';

const configPath = '/etc/tempo/config.yaml';

/** Traces of two days. Without these bounds it was killed at 768 MiB elsewhere. */
export class TempoChart extends Chart {
  constructor(scope: Construct, plan: Plan) {
    super(scope, 'tempo');
    const monitoring = plan.namespaceOf('monitoring');
    const from = (...names: readonly string[]) => names.map((name) => podsOf(monitoring, name));
    const ready = httpProbe('/ready', { periodSeconds: 15, timeoutSeconds: 10 });
    addProgram(this, plan, {
      name: 'tempo',
      part: 'monitoring',
      kind: 'StatefulSet',
      image: images.tempo,
      user: 10_001,
      args: [`-config.file=${configPath}`],
      env: [{ name: 'GOMEMLIMIT', value: goMemoryLimit(monitoringResources.tempo) }],
      files: { [configPath]: yamlOf(tempoConfig) },
      resources: monitoringResources.tempo,
      priority: 'console',
      ports: { http: monitoringPorts.tempo, 'otlp-http': monitoringPorts.tempoOtlp },
      data: { path: '/var/tempo', sizeGiB: 5 },
      probes: {
        startupProbe: { ...ready, periodSeconds: 5, failureThreshold: 60 },
        livenessProbe: {
          tcpSocket: { port: k8s.IntOrString.fromString('http') },
          periodSeconds: 60,
        },
        readinessProbe: ready,
      },
      graceSeconds: 60,
      ingress: [
        ingressFrom(from('otel-collector'), monitoringPorts.tempoOtlp),
        ingressFrom(from('grafana', 'prometheus'), monitoringPorts.tempo),
      ],
      egress: [],
    });
  }
}

const tempoConfig = {
  server: { http_listen_port: monitoringPorts.tempo, log_level: 'warn' },
  distributor: {
    receivers: {
      otlp: { protocols: { http: { endpoint: `0.0.0.0:${monitoringPorts.tempoOtlp}` } } },
    },
  },
  ingester: {
    max_block_bytes: 32_000_000,
    max_block_duration: '10m',
    trace_idle_period: '10s',
    complete_block_timeout: '5m',
  },
  compactor: { compaction: { block_retention: '48h', max_block_bytes: 200_000_000 } },
  querier: { max_concurrent_queries: 2 },
  storage: {
    trace: {
      backend: 'local',
      wal: { path: '/var/tempo/wal' },
      local: { path: '/var/tempo/blocks' },
      pool: { max_workers: 8, queue_depth: 500 },
    },
  },
  overrides: {
    defaults: {
      ingestion: {
        rate_limit_bytes: 1_000_000,
        burst_size_bytes: 4_000_000,
        max_traces_per_user: 2_000,
      },
      global: { max_bytes_per_trace: 1_000_000 },
    },
  },
  usage_report: { reporting_enabled: false },
};
