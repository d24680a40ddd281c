import type { HostPort } from '../kubernetes/workload.ts';
import { affinityFault } from './affinity.ts';
import type { PlacementNode } from './node.ts';
import { isWantedNode, refusingTaint } from './node-match.ts';
import type { Rejection } from './rejection.ts';
import { spreadFault } from './spread.ts';
import { claimKey, demandOf, type PlacementState, type Pod } from './state.ts';

type Filter = (pod: Pod, node: PlacementNode, state: PlacementState) => Rejection | undefined;

const onNamedNode: Filter = (pod, node) =>
  pod.nodeName === undefined || pod.nodeName === node.name
    ? undefined
    : { filter: 'node-name', why: `it names the node ${pod.nodeName}` };

const taints: Filter = (pod, node) => {
  const refused = refusingTaint(pod, node);
  if (!refused) return undefined;
  const { key, value, effect } = refused;
  const name = value === undefined ? key : `${key}=${value}`;
  return { filter: 'taint', why: `it does not tolerate ${name}:${effect}` };
};

const wantedNode: Filter = (pod, node) => {
  if (isWantedNode(pod, node)) return undefined;
  const arch = node.labels['kubernetes.io/arch'] ?? 'unknown';
  const asked = { ...node, labels: { ...node.labels, 'kubernetes.io/arch': '' } };
  const others = ['amd64', 'arm64'].filter((one) => one !== arch);
  const wouldDo = others.some((one) =>
    isWantedNode(pod, { ...asked, labels: { ...asked.labels, 'kubernetes.io/arch': one } }),
  );
  return wouldDo
    ? { filter: 'architecture', why: `it wants another architecture than ${arch}` }
    : { filter: 'node-affinity', why: 'its node selector or affinity names other nodes' };
};

const resources: Filter = (pod, node, state) => {
  const free = state.free.get(node.name) ?? {};
  const demand = demandOf(pod);
  const missing: Record<string, number> = {};
  for (const resource in demand) {
    const [wanted = 0, left = 0] = [demand[resource], free[resource]];
    if (wanted > 0 && wanted > left) missing[resource] = wanted - left;
  }
  const names = Object.keys(missing);
  if (names.length === 0) return undefined;
  return { filter: 'resources', why: `too little ${names.join(' and ')} is free`, missing };
};

const hostPorts: Filter = (pod, node, { bindings }) => {
  if (pod.hostPorts.length === 0) return undefined;
  const taken = bindings
    .filter((one) => one.node === node.name)
    .flatMap((one) => one.pod.hostPorts);
  const clash = pod.hostPorts.find((port) => taken.some((other) => clashes(port, other)));
  return clash && { filter: 'host-port', why: `port ${clash.port} of the node is taken` };
};

const anyAddress = '0.0.0.0';
const clashes = (one: HostPort, other: HostPort) =>
  one.port === other.port &&
  one.protocol === other.protocol &&
  (one.ip === other.ip || one.ip === anyAddress || other.ip === anyAddress);

const volumes: Filter = (pod, node, { claims, volumeNodes, bindings }) => {
  for (const claim of pod.claims) {
    const key = claimKey(pod, claim);
    const known = claims.get(key);
    if (!known) return { filter: 'volume', why: `there is no claim ${key}` };
    if (known.lacksClass !== undefined) {
      return { filter: 'volume', why: `nobody provides ${key}'s class ${known.lacksClass}` };
    }
    const home = volumeNodes.get(key);
    if (home !== undefined && home !== node.name) {
      return { filter: 'volume', why: `the volume of ${key} is on ${home}` };
    }
    const isTaken =
      known.isForOnePod &&
      bindings.some(({ pod: other }) => other.claims.some((one) => claimKey(other, one) === key));
    if (isTaken) return { filter: 'volume', why: `${key} is for one pod, which has it` };
  }
  return undefined;
};

const filters: readonly Filter[] = [
  onNamedNode,
  taints,
  wantedNode,
  hostPorts,
  resources,
  volumes,
  spreadFault,
  affinityFault,
];

/** All reasons against a node; none where the pod may go there. */
export function rejections(pod: Pod, node: PlacementNode, state: PlacementState): Rejection[] {
  return filters.flatMap((filter) => filter(pod, node, state) ?? []);
}

export function mayGoTo(pod: Pod, node: PlacementNode, state: PlacementState): boolean {
  return filters.every((filter) => filter(pod, node, state) === undefined);
}
