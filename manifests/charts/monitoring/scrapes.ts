import { servicePort } from '../../plan/names.ts';
import type { Plan } from '../../plan/plan.ts';
import { traefikPorts } from '../ingress/names.ts';
import { monitoringPorts } from './ports.ts';

/** More from one program than this is a label without a bound: the scrape fails and is told. */
const bounds = { sample_limit: 3_000, label_limit: 40, label_value_length_limit: 400 };

interface Target {
  readonly program: string;
  readonly address: string;
}

/**
 * What is scraped, by name: Prometheus asks the API server for nothing, and needs no rights. Where a
 * program may have several pods, the name stands for all of them.
 */
export function scrapeConfigs(plan: Plan): readonly object[] {
  return [
    job('services', serviceTargets(plan), { metrics_path: '/metrics', honor_labels: true }),
    job('monitoring', monitoringTargets(plan)),
    job('ingress', ingressTargets(plan)),
    {
      job_name: 'nodes',
      ...bounds,
      dns_sd_configs: [
        {
          names: [`node-exporter.${plan.namespaceOf('monitoring')}`],
          type: 'A',
          port: monitoringPorts.nodeExporter,
          refresh_interval: '5m',
        },
      ],
      relabel_configs: [{ target_label: 'program', replacement: 'node-exporter' }],
    },
  ];
}

function job(name: string, targets: readonly Target[], more: object = {}): object {
  return {
    job_name: name,
    ...bounds,
    ...more,
    static_configs: targets.map(({ program, address }) => ({
      targets: [address],
      labels: { program },
    })),
  };
}

const serviceTargets = (plan: Plan): Target[] =>
  plan.services.map(({ name, context }) => ({
    program: name,
    address: `${name}.${plan.namespaceOf(context)}:${servicePort}`,
  }));

function monitoringTargets(plan: Plan): Target[] {
  const at = (program: string, port: number) => ({
    program,
    address: `${program}.${plan.namespaceOf('monitoring')}:${port}`,
  });
  return [
    { program: 'prometheus', address: `127.0.0.1:${monitoringPorts.prometheus}` },
    at('grafana', monitoringPorts.grafana),
    at('loki', monitoringPorts.loki),
    at('tempo', monitoringPorts.tempo),
    at('otel-collector', monitoringPorts.collectorOwn),
    at('kube-state-metrics', monitoringPorts.kubeState),
  ];
}

function ingressTargets(plan: Plan): Target[] {
  const ingress = plan.namespaceOf('ingress');
  const tunnel = { program: 'cloudflared', address: `cloudflared.${ingress}:2000` };
  return [
    { program: 'traefik', address: `traefik.${ingress}:${traefikPorts.metrics}` },
    ...(plan.profile.ingress === 'tunnel' ? [tunnel] : []),
  ];
}
