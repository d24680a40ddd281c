import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { ingressFrom, podsOf } from '../../constructs/network.ts';
import { httpProbe } from '../../constructs/pod.ts';
import { addProgram } from '../../constructs/program.ts';
import { images } from '../../images.ts';
import type { Plan } from '../../plan/plan.ts';
import { monitoringResources } from './limits.ts';
import { monitoringPorts } from './ports.ts';

/** Those that a container sees of the whole node; nothing of the node is mounted for them. */
const collectors = [
  'cpu',
  'meminfo',
  'loadavg',
  'stat',
  'vmstat',
  'pressure',
  'filesystem',
  'uname',
];

export class NodeExporterChart extends Chart {
  constructor(scope: Construct, plan: Plan) {
    super(scope, 'node-exporter');
    addProgram(this, plan, {
      name: 'node-exporter',
      part: 'monitoring',
      kind: 'DaemonSet',
      headless: true,
      image: images.nodeExporter,
      user: 65_534,
      args: [
        `--web.listen-address=:${monitoringPorts.nodeExporter}`,
        '--web.disable-exporter-metrics',
        '--collector.disable-defaults',
        ...collectors.map((name) => `--collector.${name}`),
        // The root of a container is on the node's disk, and shows its size.
        '--collector.filesystem.mount-points-exclude=^/.+',
        '--collector.filesystem.fs-types-exclude=^(proc|sysfs|tmpfs|cgroup2?|mqueue|devpts)$',
      ],
      env: [{ name: 'GOMAXPROCS', value: '1' }],
      resources: monitoringResources.nodeExporter,
      priority: 'console',
      ports: { http: monitoringPorts.nodeExporter },
      probes: { livenessProbe: httpProbe('/', { periodSeconds: 60, timeoutSeconds: 10 }) },
      graceSeconds: 5,
      ingress: [
        ingressFrom(
          [podsOf(plan.namespaceOf('monitoring'), 'prometheus')],
          monitoringPorts.nodeExporter,
        ),
      ],
      egress: [],
    });
  }
}
