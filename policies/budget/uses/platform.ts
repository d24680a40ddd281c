import type { Cluster } from '../kubernetes/cluster.ts';
import { mebibyte } from '../kubernetes/quantity.ts';
import type { Workload } from '../kubernetes/workload.ts';

export interface Program {
  readonly namespace: string;
  readonly name: string;
  readonly cpu: number;
  readonly memoryMiB: number;
  readonly limitMiB: number;
}

/** What k3s itself runs in the cluster; its own manifests name these figures. */
export const packagedPrograms: readonly Program[] = [
  { namespace: 'kube-system', name: 'coredns', cpu: 100, memoryMiB: 70, limitMiB: 170 },
  { namespace: 'kube-system', name: 'metrics-server', cpu: 100, memoryMiB: 70, limitMiB: 128 },
  // It asks for nothing; this is what it is seen to take.
  { namespace: 'kube-system', name: 'local-path-provisioner', cpu: 5, memoryMiB: 16, limitMiB: 32 },
];

const argo = (name: string, cpu: number, memoryMiB: number, limitMiB: number): Program => ({
  namespace: 'argocd',
  name: `argocd-${name}`,
  cpu,
  memoryMiB,
  limitMiB,
});

/** Argo CD's core, which is there before the first manifest is synced: the bootstrap installs it. */
const argoCdCore: readonly Program[] = [
  argo('application-controller', 50, 256, 512),
  argo('repo-server', 20, 160, 384),
  argo('redis', 5, 32, 64),
  argo('applicationset-controller', 5, 48, 96),
];

const argoCdControllers = ['argocd-application-controller', 'application-controller'];

/** Programs that take room in the cluster and are in no manifest of an environment. */
export function platformWorkloads({ workloads, groups }: Cluster): Workload[] {
  const rendered = new Set(workloads.map(({ name }) => name));
  // Whoever renders its controller renders what else of it there is.
  const bringsArgoCd = argoCdControllers.some((name) => rendered.has(name));
  const needsArgoCd = groups.has('argoproj.io') && !bringsArgoCd;
  const programs = [...packagedPrograms, ...(needsArgoCd ? argoCdCore : [])];
  return programs.filter(({ name }) => !rendered.has(name)).map(workloadOf);
}

const systemCritical = 2_000_000_000;

function workloadOf({ namespace, name, cpu, memoryMiB, limitMiB }: Program): Workload {
  return {
    kind: 'Deployment',
    namespace,
    name,
    labels: {},
    replicas: 1,
    mostReplicas: 1,
    // They change with the platform's version, not with a rollout of ours.
    surge: 0,
    wave: 0,
    claimTemplates: [],
    pod: {
      namespace,
      labels: { 'app.kubernetes.io/name': name },
      requests: { cpu, memory: memoryMiB * mebibyte },
      limits: { memory: limitMiB * mebibyte },
      nodeSelector: { 'kubernetes.io/os': 'linux' },
      // Their images are built for every architecture that k3s runs on.
      nodeTerms: [
        {
          matchExpressions: [
            { key: 'kubernetes.io/arch', operator: 'In', values: ['arm64', 'amd64'] },
          ],
        },
      ],
      tolerations: [{ key: 'node-role.kubernetes.io/control-plane', operator: 'Exists' }],
      affinity: [],
      antiAffinity: [],
      spread: [],
      hostPorts: [],
      claims: [],
      priority: systemCritical,
      images: [],
    },
  };
}
