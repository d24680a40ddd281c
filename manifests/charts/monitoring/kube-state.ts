import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-33';
import type { Construct } from 'constructs';
import { labelsOf, waveAnnotation } from '../../constructs/labels.ts';
import { ingressFrom, podsOf, toApiServer } from '../../constructs/network.ts';
import { httpProbe } from '../../constructs/pod.ts';
import { addProgram } from '../../constructs/program.ts';
import { waves } from '../../constructs/waves.ts';
import { images } from '../../images.ts';
import type { Plan } from '../../plan/plan.ts';
import { goMemoryLimit, monitoringResources } from './limits.ts';
import { monitoringPorts } from './ports.ts';

const owned = { name: 'kube-state-metrics', part: 'monitoring' } as const;

/** What alerts on night work need to know, and nothing else of the cluster. */
const metrics = [
  'kube_cronjob_created',
  'kube_cronjob_status_last_successful_time',
  'kube_job_failed',
  'kube_job_owner',
  'kube_job_status_start_time',
];

/**
 * Says of each CronJob when it was done last. Nobody else knows that it never began: a job that is
 * not there reports nothing.
 */
export class KubeStateChart extends Chart {
  constructor(scope: Construct, plan: Plan) {
    super(scope, owned.name);
    const monitoring = plan.namespaceOf('monitoring');
    const watched = [...plan.jobs.map(({ place }) => place), 'data' as const];
    const namespaces = [...new Set(watched.map(plan.namespaceOf))].sort();
    addRights(this, monitoring);
    addProgram(this, plan, {
      ...owned,
      kind: 'Deployment',
      image: images.kubeStateMetrics,
      user: 65_534,
      args: [
        `--port=${monitoringPorts.kubeState}`,
        '--resources=cronjobs,jobs',
        `--namespaces=${namespaces.join(',')}`,
        `--metric-allowlist=${metrics.join(',')}`,
      ],
      env: [{ name: 'GOMEMLIMIT', value: goMemoryLimit(monitoringResources.kubeState) }],
      resources: monitoringResources.kubeState,
      priority: 'console',
      ports: { http: monitoringPorts.kubeState },
      probes: {
        startupProbe: httpProbe('/healthz', { periodSeconds: 5, failureThreshold: 30 }),
        livenessProbe: httpProbe('/healthz', { periodSeconds: 30, timeoutSeconds: 10 }),
      },
      graceSeconds: 5,
      replacedInPlace: true,
      asksApiServer: true,
      ingress: [ingressFrom([podsOf(monitoring, 'prometheus')], monitoringPorts.kubeState)],
      egress: [toApiServer],
    });
  }
}

function addRights(scope: Construct, namespace: string): void {
  const apiGroup = 'rbac.authorization.k8s.io';
  const metadata = {
    name: 'mkt-kube-state-metrics',
    labels: labelsOf(owned),
    annotations: waveAnnotation(waves.config),
  };
  new k8s.KubeClusterRole(scope, 'cluster-role', {
    metadata,
    rules: [{ apiGroups: ['batch'], resources: ['cronjobs', 'jobs'], verbs: ['list', 'watch'] }],
  });
  new k8s.KubeClusterRoleBinding(scope, 'cluster-binding', {
    metadata,
    subjects: [{ kind: 'ServiceAccount', name: owned.name, namespace }],
    roleRef: { apiGroup, kind: 'ClusterRole', name: metadata.name },
  });
}
