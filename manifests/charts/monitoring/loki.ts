import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { ingressFrom, podsOf } from '../../constructs/network.ts';
import { httpProbe } from '../../constructs/pod.ts';
import { addProgram } from '../../constructs/program.ts';
import { images } from '../../images.ts';
import type { Plan } from '../../plan/plan.ts';
import { yamlOf } from '../../render/yaml.ts';
import { goMemoryLimit, monitoringResources } from './limits.ts';
import { monitoringPorts } from './ports.ts';

const configPath = '/etc/loki/config.yaml';

/** Lines of a week, in one process on one volume. */
export class LokiChart extends Chart {
  constructor(scope: Construct, plan: Plan) {
    super(scope, 'loki');
    const monitoring = plan.namespaceOf('monitoring');
    const readers = ['otel-collector', 'grafana', 'prometheus'];
    addProgram(this, plan, {
      name: 'loki',
      part: 'monitoring',
      kind: 'StatefulSet',
      image: images.loki,
      user: 10_001,
      args: [`-config.file=${configPath}`],
      env: [{ name: 'GOMEMLIMIT', value: goMemoryLimit(monitoringResources.loki) }],
      files: { [configPath]: yamlOf(lokiConfig) },
      resources: monitoringResources.loki,
      priority: 'console',
      ports: { http: monitoringPorts.loki },
      data: { path: '/loki', sizeGiB: 8 },
      scratch: [{ path: '/tmp', sizeMiB: 32 }],
      probes: {
        startupProbe: httpProbe('/ready', { periodSeconds: 5, failureThreshold: 60 }),
        livenessProbe: httpProbe('/ready', { periodSeconds: 60, timeoutSeconds: 10 }),
        readinessProbe: httpProbe('/ready', { periodSeconds: 15, timeoutSeconds: 10 }),
      },
      graceSeconds: 60,
      ingress: [
        ingressFrom(
          readers.map((name) => podsOf(monitoring, name)),
          monitoringPorts.loki,
        ),
      ],
      egress: [],
    });
  }
}

const lokiConfig = {
  auth_enabled: false,
  server: {
    http_listen_port: monitoringPorts.loki,
    grpc_listen_address: '127.0.0.1',
    log_level: 'warn',
  },
  common: {
    path_prefix: '/loki',
    replication_factor: 1,
    instance_addr: '127.0.0.1',
    ring: { kvstore: { store: 'inmemory' } },
    storage: { filesystem: { chunks_directory: '/loki/chunks', rules_directory: '/loki/rules' } },
  },
  schema_config: {
    configs: [
      {
        from: '2026-01-01',
        store: 'tsdb',
        object_store: 'filesystem',
        schema: 'v13',
        index: { prefix: 'index_', period: '24h' },
      },
    ],
  },
  compactor: {
    working_directory: '/loki/compactor',
    retention_enabled: true,
    delete_request_store: 'filesystem',
  },
  limits_config: {
    retention_period: '168h',
    ingestion_rate_mb: 1,
    ingestion_burst_size_mb: 4,
    max_global_streams_per_user: 500,
    max_line_size: '16KB',
    max_line_size_truncate: true,
    max_query_series: 200,
    max_entries_limit_per_query: 5_000,
    query_timeout: '30s',
    allow_structured_metadata: true,
  },
  query_range: { parallelise_shardable_queries: false },
  querier: { max_concurrent: 2 },
  analytics: { reporting_enabled: false },
};
