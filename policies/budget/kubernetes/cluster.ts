import type { Kind } from './kinds.ts';
import type { Labels } from './labels.ts';
import type { ContainerDefaults } from './pod-requests.ts';
import { parseAmounts, parseQuantity } from './quantity.ts';
import { type Fault, type Manifests, nameOf, namespaceOf, type Place, placeOf } from './read.ts';
import type { Claim, DisruptionBudget, NamespaceQuota, Workload } from './workload.ts';
import { claimOf, type ReadContext, type ReadOf, workloadOf } from './workloads.ts';

/** Everything in a cluster that takes room, or says how much may be taken. */
export interface Cluster {
  readonly workloads: readonly Workload[];
  readonly claims: readonly Claim[];
  readonly quotas: readonly NamespaceQuota[];
  readonly disruptionBudgets: readonly DisruptionBudget[];
  readonly namespaces: ReadonlyMap<string, Labels>;
  readonly storageClasses: ReadonlySet<string>;
  /** Services that ask the provider for a load balancer. */
  readonly loadBalancers: readonly ({ readonly name: string; readonly ports: number } & Place)[];
  readonly groups: ReadonlyMap<string, Place>;
  readonly faults: readonly Fault[];
}

/** Priority classes that every cluster has. */
const systemPriorities: readonly (readonly [string, number])[] = [
  ['system-cluster-critical', 2_000_000_000],
  ['system-node-critical', 2_000_001_000],
];
/** k3s brings it: a folder on the node where the first pod runs. */
const packagedStorageClass = 'local-path';

export function clusterOf({ objects, groups, faults }: Manifests): Cluster {
  const wrong: Fault[] = [...faults];
  const refuse = (fault: Fault) => void wrong.push(fault);
  const of = <K extends Kind>(kind: K) =>
    objects.filter((read): read is ReadOf<K> => read.kind === kind);
  const defaults = containerDefaults(of('LimitRange'));
  const context: ReadContext = {
    defaultsOf: (namespace) => defaults.get(namespace),
    priorityOf: prioritiesOf(of('PriorityClass')),
    autoscalers: of('HorizontalPodAutoscaler'),
    refuse,
  };
  return {
    workloads: objects.flatMap((read) => workloadOf(read, context) ?? []),
    claims: of('PersistentVolumeClaim').map((read) =>
      claimOf(read, { name: read.value.metadata.name, spec: read.value.spec }, context),
    ),
    quotas: of('ResourceQuota').map((read) => quotaOf(read, refuse)),
    disruptionBudgets: of('PodDisruptionBudget').map(disruptionBudgetOf),
    namespaces: new Map(
      of('Namespace').map(({ value }) => [value.metadata.name, value.metadata.labels ?? {}]),
    ),
    storageClasses: new Set([
      packagedStorageClass,
      ...of('StorageClass').map(({ value }) => value.metadata.name),
    ]),
    loadBalancers: of('Service')
      .filter(({ value }) => value.spec?.type === 'LoadBalancer')
      .map((read) => ({
        name: nameOf(read),
        ports: read.value.spec?.ports?.length ?? 0,
        ...placeOf(read),
      })),
    groups,
    faults: wrong,
  };
}

function prioritiesOf(classes: readonly ReadOf<'PriorityClass'>[]): ReadContext['priorityOf'] {
  const known = new Map([
    ...systemPriorities,
    ...classes.map(({ value }): [string, number] => [value.metadata.name, value.value]),
  ]);
  const usual = classes.find(({ value }) => value.globalDefault)?.value.value ?? 0;
  return (name) => (name === undefined ? usual : known.get(name));
}

function containerDefaults(ranges: readonly ReadOf<'LimitRange'>[]) {
  const byNamespace = new Map<string, ContainerDefaults>();
  for (const read of ranges) {
    for (const limit of read.value.spec.limits.filter(({ type }) => type === 'Container')) {
      const limits = parseAmounts(limit.default).amounts;
      // Where no request is given, the API server takes the limit for it.
      const requests = { ...limits, ...parseAmounts(limit.defaultRequest).amounts };
      byNamespace.set(namespaceOf(read), { limits, requests });
    }
  }
  return byNamespace;
}

function quotaOf(read: ReadOf<'ResourceQuota'>, refuse: ReadContext['refuse']): NamespaceQuota {
  const hard: Record<string, number> = {};
  for (const [name, written] of Object.entries(read.value.spec.hard ?? {})) {
    const amount = parseQuantity(written, /(^|\.)cpu$/.test(name) ? 3 : 0);
    if (amount === undefined) {
      refuse({ ...placeOf(read), what: `${nameOf(read)}: spec.hard.${name}` });
    } else hard[name] = amount;
  }
  const { name } = read.value.metadata;
  return { namespace: namespaceOf(read), name, hard, place: placeOf(read) };
}

function disruptionBudgetOf(read: ReadOf<'PodDisruptionBudget'>): DisruptionBudget {
  const { minAvailable, maxUnavailable, selector } = read.value.spec;
  return {
    namespace: namespaceOf(read),
    name: read.value.metadata.name,
    ...(minAvailable === undefined ? {} : { minAvailable }),
    ...(maxUnavailable === undefined ? {} : { maxUnavailable }),
    selector: selector?.matchLabels ?? {},
    place: placeOf(read),
  };
}
