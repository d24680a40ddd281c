import { k8s } from 'cdk8s-plus-33';
import type { Construct } from 'constructs';
import { labelsOf, waveAnnotation } from '../../constructs/labels.ts';
import { egressTo, podsOf, tcp } from '../../constructs/network.ts';
import { addProgram } from '../../constructs/program.ts';
import { waves } from '../../constructs/waves.ts';
import { images } from '../../images.ts';
import { argoNamespace } from '../../plan/names.ts';
import type { Plan } from '../../plan/plan.ts';
import { argoNames, argoPorts } from './core-names.ts';

/** Compares git with the cluster, and makes them the same. */
export function addController(scope: Construct, plan: Plan): void {
  const { controller, repoServer, redis } = argoNames;
  const healthy = { httpGet: { path: '/healthz', port: k8s.IntOrString.fromString('metrics') } };
  addProgram(scope, plan, {
    name: controller,
    part: 'argocd',
    kind: 'StatefulSet',
    image: images.argocd,
    user: 999,
    command: ['/usr/local/bin/argocd-application-controller'],
    args: [
      `--repo-server=${repoServer}:${argoPorts.repoServer}`,
      `--redis=${redis}:${argoPorts.redis}`,
      // A dozen applications of one repository: the usual numbers are for hundreds.
      '--status-processors=4',
      '--operation-processors=3',
      '--kubectl-parallelism-limit=4',
      '--loglevel=warn',
    ],
    env: [
      { name: 'ARGOCD_CONTROLLER_REPLICAS', value: '1' },
      { name: 'HOME', value: '/home/argocd' },
      { name: 'KUBECACHEDIR', value: '/tmp/kubecache' },
      { name: 'GOMEMLIMIT', value: '460MiB' },
    ],
    resources: {
      cpuRequestMilli: 50,
      cpuLimitMilli: 1_000,
      memoryRequestMiB: 288,
      memoryLimitMiB: 512,
    },
    priority: 'console',
    ports: { metrics: argoPorts.controllerMetrics },
    scratch: [
      { path: '/home/argocd', sizeMiB: 16 },
      { path: '/tmp', sizeMiB: 64 },
    ],
    probes: { readinessProbe: { ...healthy, periodSeconds: 10, timeoutSeconds: 5 } },
    graceSeconds: 30,
    asksApiServer: true,
    ingress: [],
    egress: [
      egressTo([podsOf(argoNamespace, repoServer)], argoPorts.repoServer),
      egressTo([podsOf(argoNamespace, redis)], argoPorts.redis),
      { ports: tcp(443, 6_443) },
    ],
  });
  addRights(scope);
}

/** It makes whatever git names, so it may do what an administrator may; projects bound it. */
function addRights(scope: Construct): void {
  const metadata = {
    name: argoNames.controller,
    labels: labelsOf({ name: argoNames.controller, part: 'argocd' }),
    annotations: waveAnnotation(waves.config),
  };
  new k8s.KubeClusterRole(scope, 'controller-role', {
    metadata,
    rules: [
      { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
      { nonResourceUrLs: ['*'], verbs: ['*'] },
    ],
  });
  new k8s.KubeClusterRoleBinding(scope, 'controller-binding', {
    metadata,
    roleRef: {
      apiGroup: 'rbac.authorization.k8s.io',
      kind: 'ClusterRole',
      name: argoNames.controller,
    },
    subjects: [{ kind: 'ServiceAccount', name: argoNames.controller, namespace: argoNamespace }],
  });
}
