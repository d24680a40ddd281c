import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { egressTo, ingressFrom, podsOf } from '../../constructs/network.ts';
import { httpProbe } from '../../constructs/pod.ts';
import { addProgram } from '../../constructs/program.ts';
import { images } from '../../images.ts';
import { ruleGroups } from '../../monitoring/rules.ts';
import { servicePort } from '../../plan/names.ts';
import type { Plan } from '../../plan/plan.ts';
import { yamlOf } from '../../render/yaml.ts';
import { traefikPorts } from '../ingress/names.ts';
import { goMemoryLimit, monitoringResources } from './limits.ts';
import { monitoringPorts } from './ports.ts';
import { scrapeConfigs } from './scrapes.ts';

const configPath = '/etc/prometheus/prometheus.yml';
const rulesPath = '/etc/prometheus/rules.yml';
const quotaRulesPath = '/etc/prometheus/quota-rules.yml';
const cloudflaredMetrics = 2_000;

/** Numbers: a fortnight of them or 4 GB, whichever is less. */
export class PrometheusChart extends Chart {
  constructor(scope: Construct, plan: Plan) {
    super(scope, 'prometheus');
    const monitoring = plan.namespaceOf('monitoring');
    addProgram(this, plan, {
      name: 'prometheus',
      part: 'monitoring',
      kind: 'StatefulSet',
      image: images.prometheus,
      user: 65_534,
      args: [
        `--config.file=${configPath}`,
        '--storage.tsdb.path=/prometheus',
        '--storage.tsdb.retention.time=15d',
        '--storage.tsdb.retention.size=4GB',
        '--storage.tsdb.wal-compression',
        '--query.max-concurrency=4',
        '--query.max-samples=5000000',
        '--query.timeout=30s',
      ],
      env: [{ name: 'GOMEMLIMIT', value: goMemoryLimit(monitoringResources.prometheus) }],
      files: {
        [configPath]: prometheusConfig(plan),
        [rulesPath]: prometheusRules(),
        [quotaRulesPath]: quotaRules(plan),
      },
      resources: monitoringResources.prometheus,
      priority: 'console',
      ports: { http: monitoringPorts.prometheus },
      data: { path: '/prometheus', sizeGiB: 6 },
      probes: {
        startupProbe: httpProbe('/-/ready', { periodSeconds: 5, failureThreshold: 60 }),
        livenessProbe: httpProbe('/-/healthy', { periodSeconds: 30, timeoutSeconds: 10 }),
        readinessProbe: httpProbe('/-/ready', { periodSeconds: 10, timeoutSeconds: 5 }),
      },
      graceSeconds: 60,
      ingress: [ingressFrom([podsOf(monitoring, 'grafana')], monitoringPorts.prometheus)],
      egress: [
        egressTo(servicePods(plan), servicePort),
        egressTo([podsOf(monitoring, 'grafana')], monitoringPorts.grafana),
        egressTo([podsOf(monitoring, 'loki')], monitoringPorts.loki),
        egressTo([podsOf(monitoring, 'tempo')], monitoringPorts.tempo),
        egressTo([podsOf(monitoring, 'otel-collector')], monitoringPorts.collectorOwn),
        egressTo([podsOf(monitoring, 'node-exporter')], monitoringPorts.nodeExporter),
        egressTo([podsOf(monitoring, 'kube-state-metrics')], monitoringPorts.kubeState),
        egressTo([podsOf(plan.namespaceOf('ingress'), 'traefik')], traefikPorts.metrics),
        ...(plan.profile.ingress === 'tunnel'
          ? [egressTo([podsOf(plan.namespaceOf('ingress'), 'cloudflared')], cloudflaredMetrics)]
          : []),
      ],
    });
  }
}

const servicePods = (plan: Plan) =>
  plan.services.map(({ name, context }) => podsOf(plan.namespaceOf(context), name));

export function prometheusConfig(plan: Plan): string {
  return yamlOf({
    global: {
      scrape_interval: '30s',
      scrape_timeout: '10s',
      evaluation_interval: '1m',
    },
    rule_files: [rulesPath, quotaRulesPath],
    scrape_configs: scrapeConfigs(plan),
  });
}

export function prometheusRules(): string {
  return yamlOf({ groups: ruleGroups });
}

/** Alerts on allowances of providers, compiled from the limits catalogue by `mkt policy compile`. */
export function quotaRules({ environment }: Plan): string {
  const file = `alert-rules.${environment.name}.yaml`;
  const path = join(import.meta.dirname, '../../../policies/compiled', file);
  return readFileSync(path, 'utf8');
}
