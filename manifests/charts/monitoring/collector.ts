import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-33';
import type { Construct } from 'constructs';
import { egressTo, ingressFrom, podsOf } from '../../constructs/network.ts';
import { addProgram } from '../../constructs/program.ts';
import { images } from '../../images.ts';
import { otlpHttpPort } from '../../plan/names.ts';
import type { Plan } from '../../plan/plan.ts';
import { yamlOf } from '../../render/yaml.ts';
import { goMemoryLimit, monitoringResources } from './limits.ts';
import { monitoringPorts } from './ports.ts';

const configPath = '/etc/otel/config.yaml';
const healthPort = 13_133;
/** Of traces without an error, those that are kept. */
const sampledPercent = 25;

/** Takes traces and logs of the services, bounds them, and hands them on. */
export class CollectorChart extends Chart {
  constructor(scope: Construct, plan: Plan) {
    super(scope, 'otel-collector');
    const monitoring = plan.namespaceOf('monitoring');
    const alive = { httpGet: { path: '/', port: k8s.IntOrString.fromString('health') } };
    addProgram(this, plan, {
      name: 'otel-collector',
      part: 'monitoring',
      kind: 'Deployment',
      image: images.otelCollector,
      user: 10_001,
      args: [`--config=${configPath}`],
      env: [{ name: 'GOMEMLIMIT', value: goMemoryLimit(monitoringResources.collector) }],
      files: { [configPath]: collectorConfig(plan) },
      resources: monitoringResources.collector,
      priority: 'console',
      ports: {
        'otlp-http': otlpHttpPort,
        own: monitoringPorts.collectorOwn,
        health: healthPort,
      },
      probes: {
        livenessProbe: { ...alive, periodSeconds: 30, timeoutSeconds: 5 },
        readinessProbe: { ...alive, periodSeconds: 10, timeoutSeconds: 5 },
      },
      graceSeconds: 20,
      replacedInPlace: true,
      ingress: [
        ingressFrom(
          [
            ...plan.services.map(({ name, context }) => podsOf(plan.namespaceOf(context), name)),
            ...plan.jobs.map(({ name, place }) => podsOf(plan.namespaceOf(place), name)),
          ],
          otlpHttpPort,
        ),
        ingressFrom([podsOf(monitoring, 'prometheus')], monitoringPorts.collectorOwn),
      ],
      egress: [
        egressTo([podsOf(monitoring, 'tempo')], monitoringPorts.tempoOtlp),
        egressTo([podsOf(monitoring, 'loki')], monitoringPorts.loki),
      ],
    });
  }
}

function collectorConfig(plan: Plan): string {
  const monitoring = plan.namespaceOf('monitoring');
  const sending = {
    sending_queue: { queue_size: 500 },
    retry_on_failure: { max_elapsed_time: '60s' },
  };
  const pipeline = (processors: readonly string[], exporter: string) => ({
    receivers: ['otlp'],
    processors,
    exporters: [exporter],
  });
  return yamlOf({
    extensions: { health_check: { endpoint: `0.0.0.0:${healthPort}` } },
    receivers: {
      otlp: {
        protocols: {
          http: { endpoint: `0.0.0.0:${otlpHttpPort}`, max_request_body_size: 4_194_304 },
        },
      },
    },
    processors: {
      memory_limiter: { check_interval: '1s', limit_percentage: 75, spike_limit_percentage: 20 },
      probabilistic_sampler: { sampling_percentage: sampledPercent },
      batch: { timeout: '5s', send_batch_size: 512, send_batch_max_size: 1_024 },
    },
    exporters: {
      'otlphttp/tempo': {
        endpoint: `http://tempo.${monitoring}:${monitoringPorts.tempoOtlp}`,
        ...sending,
      },
      'otlphttp/loki': {
        endpoint: `http://loki.${monitoring}:${monitoringPorts.loki}/otlp`,
        ...sending,
      },
    },
    service: {
      extensions: ['health_check'],
      telemetry: {
        metrics: {
          level: 'basic',
          readers: [
            {
              pull: {
                exporter: { prometheus: { host: '0.0.0.0', port: monitoringPorts.collectorOwn } },
              },
            },
          ],
        },
        logs: { level: 'warn', encoding: 'json' },
      },
      pipelines: {
        traces: pipeline(['memory_limiter', 'probabilistic_sampler', 'batch'], 'otlphttp/tempo'),
        logs: pipeline(['memory_limiter', 'batch'], 'otlphttp/loki'),
      },
    },
  });
}
