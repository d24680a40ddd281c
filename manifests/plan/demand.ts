import { containersOf, type Fields, type KubeObject, podOf } from '../objects.ts';
import { bytesOf, milliOf } from './quantity.ts';

/** What a namespace takes at most: every autoscaler at its end, and every rollout under way. */
export interface Demand {
  readonly cpuRequestMilli: number;
  readonly cpuLimitMilli: number;
  readonly memoryRequestMiB: number;
  readonly memoryLimitMiB: number;
  readonly pods: number;
  readonly claims: number;
  readonly storageGiB: number;
  readonly nodePorts: number;
}

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const none: Demand = {
  cpuRequestMilli: 0,
  cpuLimitMilli: 0,
  memoryRequestMiB: 0,
  memoryLimitMiB: 0,
  pods: 0,
  claims: 0,
  storageGiB: 0,
  nodePorts: 0,
};

/** `nodes` is how many pods a DaemonSet has. */
export function demandOf(objects: readonly KubeObject[], nodes: number): Demand {
  return objects.flatMap((object) => parts(object, objects, nodes)).reduce(add, none);
}

/**
 * What a quota must allow: a pod that is told to stop counts until it has, and its successor's
 * successor may be waiting. Without that room a rollout hangs, and nothing says why.
 */
export function quotaFor(objects: readonly KubeObject[], nodes: number): Demand {
  const rolling = objects.filter((one) => one.kind === 'Deployment' && surgeOf(one) > 0);
  const largest = rolling
    .map((object) =>
      containersOf(podOf(object))
        .map((one) => times(one, 1))
        .reduce(add, none),
    )
    .reduce(larger, none);
  const ending = rolling.length === 0 ? none : { ...largest, pods: 1 };
  return add(demandOf(objects, nodes), ending);
}

function parts(
  object: KubeObject,
  all: readonly KubeObject[],
  nodes: number,
): readonly Partial<Demand>[] {
  if (object.kind === 'PersistentVolumeClaim') return [claimDemand(object.spec)];
  if (object.kind === 'Service') return [{ nodePorts: nodePortsOf(object) }];
  const pods = podOf(object) ? mostPods(object, all, nodes) : 0;
  const replicas = object.spec?.replicas ?? 1;
  const claims = (object.spec?.volumeClaimTemplates ?? []).flatMap((claim: KubeObject) =>
    Array.from({ length: replicas }, () => claimDemand(claim.spec)),
  );
  return [...claims, ...containersOf(podOf(object)).map((one) => times(one, pods)), { pods }];
}

/** How many pods a workload has at the same time at most, those of its rollout included. */
function mostPods(object: KubeObject, all: readonly KubeObject[], nodes: number): number {
  switch (object.kind) {
    case 'DaemonSet':
      return nodes;
    case 'Deployment':
      return mostReplicas(object, all) + surgeOf(object);
    case 'StatefulSet':
      return object.spec.replicas ?? 1;
    default:
      return 1;
  }
}

function mostReplicas(object: KubeObject, all: readonly KubeObject[]): number {
  const scaler = all.find(
    ({ kind, metadata, spec }) =>
      kind === 'HorizontalPodAutoscaler' &&
      metadata.namespace === object.metadata.namespace &&
      spec.scaleTargetRef.name === object.metadata.name,
  );
  return scaler?.spec.maxReplicas ?? object.spec.replicas ?? 1;
}

function surgeOf(object: KubeObject): number {
  const { strategy } = object.spec;
  return strategy?.type === 'Recreate' ? 0 : Number(strategy?.rollingUpdate?.maxSurge ?? 1);
}

function times({ resources }: Fields, pods: number): Partial<Demand> {
  return {
    cpuRequestMilli: pods * milliOf(resources?.requests?.cpu ?? 0),
    cpuLimitMilli: pods * milliOf(resources?.limits?.cpu ?? 0),
    memoryRequestMiB: (pods * bytesOf(resources?.requests?.memory ?? 0)) / MIB,
    memoryLimitMiB: (pods * bytesOf(resources?.limits?.memory ?? 0)) / MIB,
  };
}

function nodePortsOf({ spec }: KubeObject): number {
  return spec.type === 'NodePort' ? spec.ports.length : 0;
}

function claimDemand(spec: KubeObject['spec']): Partial<Demand> {
  return { claims: 1, storageGiB: bytesOf(spec.resources.requests.storage) / GIB };
}

function add(sum: Demand, part: Partial<Demand>): Demand {
  return eachField((field) => sum[field] + (part[field] ?? 0));
}

function larger(a: Demand, b: Demand): Demand {
  return eachField((field) => Math.max(a[field], b[field]));
}

function eachField(value: (field: keyof Demand) => number): Demand {
  const fields = Object.keys(none) as (keyof Demand)[];
  return Object.fromEntries(fields.map((field) => [field, value(field)])) as unknown as Demand;
}
