import type { Resources } from '@mkt/topology';
import { k8s } from 'cdk8s-plus-33';
import { selectorOf } from './labels.ts';
import { cpu, memory } from './quantity.ts';
import { podSecurity } from './security.ts';

export type Priority = 'platform' | 'shopper' | 'console' | 'batch';

/** Higher goes first when a node is full; what is lower is moved away. */
export const priorities: Readonly<Record<Priority, { value: number; what: string }>> = {
  platform: { value: 100_000, what: 'Stores and the way in: without them nothing works.' },
  shopper: { value: 90_000, what: 'What a shopper waits for.' },
  console: { value: 50_000, what: 'Consoles of vendors and operators, and what looks on.' },
  batch: { value: 10_000, what: 'Work that can be done later.' },
};

export const priorityClassOf = (priority: Priority): string => `mkt-${priority}`;

/** What every pod says, whatever it runs. */
export function podDefaults(input: {
  readonly name: string;
  readonly priority: Priority;
  readonly serviceAccount?: string;
  readonly user?: number;
}): Omit<k8s.PodSpec, 'containers'> {
  return {
    serviceAccountName: input.serviceAccount ?? input.name,
    automountServiceAccountToken: false,
    // Variables of all services of the namespace: nobody reads them, and they leak names.
    enableServiceLinks: false,
    priorityClassName: priorityClassOf(input.priority),
    securityContext: podSecurity(input.user),
    affinity: { nodeAffinity: bothArchitectures() },
    topologySpreadConstraints: [spreadOverNodes(input.name)],
  };
}

/** Images are published for these two, and a pod on another machine would only crash. */
function bothArchitectures(): k8s.NodeAffinity {
  const expression = { key: 'kubernetes.io/arch', operator: 'In', values: ['arm64', 'amd64'] };
  return {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchExpressions: [expression] }],
    },
  };
}

function spreadOverNodes(name: string): k8s.TopologySpreadConstraint {
  return {
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    // With one node, or a full one, running beside each other is better than not running.
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: selectorOf(name) },
  };
}

export function resourcesOf(resources: Resources): k8s.ResourceRequirements {
  return {
    requests: {
      cpu: cpu(resources.cpuRequestMilli),
      memory: memory(resources.memoryRequestMiB),
    },
    limits: {
      cpu: cpu(resources.cpuLimitMilli),
      memory: memory(resources.memoryLimitMiB),
    },
  };
}

/** Asks for `path` on a named port; nobody behind it asks a store. */
export function httpProbe(path: string, timing: Omit<k8s.Probe, 'httpGet'>): k8s.Probe {
  return { httpGet: { path, port: k8s.IntOrString.fromString('http') }, ...timing };
}
