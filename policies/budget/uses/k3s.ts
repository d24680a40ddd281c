import { mebibyte } from '../kubernetes/quantity.ts';
import type { Workload } from '../kubernetes/workload.ts';

const systemCritical = 2_000_000_000;

interface Packaged {
  readonly name: string;
  readonly cpu: number;
  readonly memoryMiB: number;
  readonly limitMiB: number;
}

/** What k3s itself runs in the cluster; its own manifests name these figures. */
const packaged: readonly Packaged[] = [
  { name: 'coredns', cpu: 100, memoryMiB: 70, limitMiB: 170 },
  { name: 'metrics-server', cpu: 100, memoryMiB: 70, limitMiB: 128 },
  // They ask for nothing; this is what they are seen to take.
  { name: 'local-path-provisioner', cpu: 5, memoryMiB: 16, limitMiB: 32 },
];

/** Pods of the distribution that are in no manifest of ours. */
export function packagedWorkloads(rendered: readonly Workload[]): Workload[] {
  const own = new Set(rendered.map(({ name }) => name));
  return packaged.filter(({ name }) => !own.has(name)).map(workloadOf);
}

function workloadOf({ name, cpu, memoryMiB, limitMiB }: Packaged): Workload {
  return {
    kind: 'Deployment',
    namespace: 'kube-system',
    name,
    labels: {},
    replicas: 1,
    mostReplicas: 1,
    // They change with the version of k3s, not with a rollout of ours.
    surge: 0,
    wave: 0,
    claimTemplates: [],
    pod: {
      namespace: 'kube-system',
      labels: { 'k8s-app': name },
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
