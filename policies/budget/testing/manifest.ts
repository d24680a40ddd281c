import { type Cluster, clusterOf } from '../kubernetes/cluster.ts';
import { readManifests } from '../kubernetes/read.ts';
import type { PodNeeds, Workload } from '../kubernetes/workload.ts';
import type { PlacementNode } from '../placement/node.ts';
import type { Pod, Surroundings } from '../placement/state.ts';

export const testFile = 'argocd/rendered/test/app/app.yaml';

/** What a text of manifests says of a cluster. */
export const clusterFrom = (...texts: readonly string[]): Cluster =>
  clusterOf(readManifests([{ path: testFile, text: texts.join('\n---\n') }]));

export interface Sketch {
  readonly name?: string;
  readonly replicas?: number;
  readonly cpu?: string;
  readonly memory?: string;
  readonly more?: Readonly<Record<string, unknown>>;
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** A Deployment, as YAML: flow style is YAML too. */
export function deploymentText(sketch: Sketch = {}): string {
  const { name = 'app', replicas = 1, cpu = '100m', memory = '100Mi', more, spec } = sketch;
  const resources = { requests: { cpu, memory }, limits: { memory } };
  const template = {
    metadata: { labels: { app: name } },
    spec: { containers: [{ name, resources }], ...more },
  };
  const written = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop' },
    spec: { replicas, selector: { matchLabels: { app: name } }, template, ...spec },
  };
  return JSON.stringify(written, null, 2);
}

export interface CronSketch {
  readonly name: string;
  readonly schedule: string;
  readonly deadlineSeconds?: number;
  readonly memory?: string;
  readonly spec?: Readonly<Record<string, unknown>>;
}

export function cronJobText(sketch: CronSketch): string {
  const { name, schedule, deadlineSeconds, memory = '100Mi', spec } = sketch;
  const resources = { requests: { cpu: '100m', memory }, limits: { memory } };
  const template = { spec: { containers: [{ name, resources }], restartPolicy: 'Never' } };
  const job = { template, ...(deadlineSeconds ? { activeDeadlineSeconds: deadlineSeconds } : {}) };
  return JSON.stringify({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name, namespace: 'shop' },
    spec: { schedule, jobTemplate: { spec: job }, ...spec },
  });
}

export function testNode(name: string, changes: Partial<PlacementNode> = {}): PlacementNode {
  return {
    name,
    labels: {
      'kubernetes.io/hostname': name,
      'kubernetes.io/arch': 'arm64',
      ...changes.labels,
    },
    taints: changes.taints ?? [],
    allocatable: changes.allocatable ?? { cpu: 1000, memory: 1000 * 1024 ** 2, pods: 110 },
  };
}

export function testPod(id: string, changes: Partial<Pod> = {}): Pod {
  const needs: PodNeeds = {
    namespace: 'shop',
    labels: { app: id },
    requests: { cpu: 100, memory: 100 * 1024 ** 2 },
    limits: {},
    nodeSelector: {},
    tolerations: [],
    affinity: [],
    antiAffinity: [],
    spread: [],
    hostPorts: [],
    claims: [],
    priority: 0,
    images: [],
  };
  return { ...needs, id, workload: `shop/${id}`, wave: 0, ...changes };
}

export const around = (nodes: readonly PlacementNode[], more: Partial<Surroundings> = {}) => ({
  nodes,
  namespaces: new Map<string, Readonly<Record<string, string>>>(),
  claims: new Map(),
  ...more,
});

export const named = (workloads: readonly Workload[], name: string): Workload => {
  const found = workloads.find((one) => one.name === name);
  if (!found) throw new Error(`no workload ${name}`);
  return found;
};
