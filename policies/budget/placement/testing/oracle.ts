import type { Requirement } from '../../kubernetes/schema.ts';
import type { PlacementNode } from '../node.ts';
import type { Binding, Pod, Surroundings } from '../state.ts';

/**
 * The scheduler's rules a second time, written from its documentation and on purpose in another
 * way: counted anew from the list of bindings at every step, with nothing kept in between.
 * Returns what is wrong with the step that puts `pod` on `node` after `before`.
 */
export function faultsOfStep(
  { pod, node: name }: Binding,
  before: readonly Binding[],
  around: Surroundings,
): string[] {
  const node = around.nodes.find((one) => one.name === name);
  if (!node) return [`${name} is no node`];
  const faults: string[] = [];
  const refuse = (isFault: boolean, why: string) => {
    if (isFault) faults.push(`${pod.id} on ${name}: ${why}`);
  };
  const here = before.filter((one) => one.node === name).map((one) => one.pod);
  refuse(pod.nodeName !== undefined && pod.nodeName !== name, 'named another node');
  refuse(!toleratesAll(pod, node), 'a taint');
  refuse(!nodeIsWanted(pod, node), 'node affinity');
  for (const resource of Object.keys(pod.requests)) {
    const sum = [...here, pod].reduce((total, one) => total + (one.requests[resource] ?? 0), 0);
    const asks = (pod.requests[resource] ?? 0) > 0;
    refuse(asks && sum > (node.allocatable[resource] ?? 0), `over allocatable ${resource}`);
  }
  refuse(here.length + 1 > (node.allocatable['pods'] ?? 0), 'too many pods');
  for (const port of pod.hostPorts) {
    const taken = here.some((one) =>
      one.hostPorts.some((other) => other.port === port.port && other.protocol === port.protocol),
    );
    refuse(taken, `port ${port.port}`);
  }
  for (const claim of pod.claims) {
    const users = before.filter(
      (one) => one.pod.namespace === pod.namespace && one.pod.claims.includes(claim),
    );
    refuse(
      users.some((one) => one.node !== name),
      `volume ${claim} is elsewhere`,
    );
    const known = around.claims.get(`${pod.namespace}/${claim}`);
    refuse(known === undefined || known.lacksClass !== undefined, `no volume ${claim}`);
    refuse(known?.isForOnePod === true && users.length > 0, `volume ${claim} is taken`);
  }
  const zoneOf = (of: string, key: string) => around.nodes.find((n) => n.name === of)?.labels[key];
  const keepsApart = (owner: Pod, ownerNode: string, other: Pod, otherNode: string) =>
    owner.antiAffinity.some(
      (term) =>
        owner.namespace === other.namespace &&
        matches(term.labelSelector, other) &&
        zoneOf(ownerNode, term.topologyKey) !== undefined &&
        zoneOf(ownerNode, term.topologyKey) === zoneOf(otherNode, term.topologyKey),
    );
  for (const one of before) {
    const isApart =
      keepsApart(pod, name, one.pod, one.node) || keepsApart(one.pod, one.node, pod, name);
    refuse(isApart, `anti-affinity with ${one.pod.id}`);
  }
  if (pod.affinity.length > 0) {
    const friends = [...before].filter((one) => isFriend(pod, one.pod));
    const isBesideFriends = pod.affinity.every((term) =>
      friends.some(
        (one) =>
          zoneOf(one.node, term.topologyKey) !== undefined &&
          zoneOf(one.node, term.topologyKey) === node.labels[term.topologyKey],
      ),
    );
    const friendsHaveZones = friends.some((one) =>
      pod.affinity.some((term) => zoneOf(one.node, term.topologyKey) !== undefined),
    );
    const hasZones = pod.affinity.every((term) => node.labels[term.topologyKey] !== undefined);
    const isFirst = hasZones && !friendsHaveZones && isFriend(pod, pod);
    refuse(!(isBesideFriends || isFirst), 'affinity');
  }
  for (const rule of pod.spread) {
    const key = rule.topologyKey;
    const counted = around.nodes.filter(
      (one) =>
        pod.spread.every((other) => one.labels[other.topologyKey] !== undefined) &&
        nodeIsWanted(pod, one),
    );
    const zones = [...new Set(counted.map((one) => one.labels[key] ?? ''))];
    const countIn = (zone: string) =>
      before.filter(
        (one) =>
          counted.some((of) => of.name === one.node && of.labels[key] === zone) &&
          one.pod.namespace === pod.namespace &&
          matches(rule.labelSelector, one.pod),
      ).length;
    const zone = node.labels[key];
    if (zone === undefined) refuse(true, `no label ${key}`);
    else {
      const after = countIn(zone) + (matches(rule.labelSelector, pod) ? 1 : 0);
      const least = zones.length < (rule.minDomains ?? 1) ? 0 : Math.min(...zones.map(countIn));
      refuse(after - least > rule.maxSkew, `skew over ${key}`);
    }
  }
  return faults;
}

const isFriend = (pod: Pod, other: Pod) =>
  pod.affinity.every(
    (term) => pod.namespace === other.namespace && matches(term.labelSelector, other),
  );

function toleratesAll(pod: Pod, node: PlacementNode): boolean {
  for (const taint of node.taints) {
    if (taint.effect === 'PreferNoSchedule') continue;
    const isTolerated = pod.tolerations.some((one) => {
      if (one.effect !== undefined && one.effect !== taint.effect) return false;
      if (one.operator === 'Exists') return one.key === undefined || one.key === taint.key;
      return one.key === taint.key && (one.value ?? '') === (taint.value ?? '');
    });
    if (!isTolerated) return false;
  }
  return true;
}

function nodeIsWanted(pod: Pod, node: PlacementNode): boolean {
  for (const [key, value] of Object.entries(pod.nodeSelector)) {
    if (node.labels[key] !== value) return false;
  }
  if (pod.nodeTerms === undefined) return true;
  return pod.nodeTerms.some((term) => {
    const all = term.matchExpressions ?? [];
    return all.length > 0 && all.every((one) => holds(one, node.labels[one.key]));
  });
}

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>> | undefined;
  readonly matchExpressions?: readonly Requirement[] | undefined;
}

function matches(selector: Selector | undefined, pod: Pod): boolean {
  if (selector === undefined) return false;
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) {
    if (pod.labels[key] !== value) return false;
  }
  return (selector.matchExpressions ?? []).every((one) => holds(one, pod.labels[one.key]));
}

function holds({ operator, values = [] }: Requirement, value: string | undefined): boolean {
  if (operator === 'Exists') return value !== undefined;
  if (operator === 'DoesNotExist') return value === undefined;
  if (operator === 'In') return values.some((one) => one === value);
  if (operator === 'NotIn') return !values.some((one) => one === value);
  const number = value === undefined ? Number.NaN : Number(value);
  return operator === 'Gt' ? number > Number(values[0]) : number < Number(values[0]);
}
