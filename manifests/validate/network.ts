import type { Edge } from '@mkt/topology';
import { containersOf, type Fields, idOf, type KubeObject, podOf } from '../objects.ts';
import { labelKeys, namespaceNameLabel } from '../plan/names.ts';
import type { Problem } from '../problem.ts';
import { type Facts, matches } from './facts.ts';

/** Policies let through exactly what the topology says, on ports that are there, from both ends. */
export function networkProblems(facts: Facts): readonly Problem[] {
  const { plan } = facts;
  const isService = (name: string) => plan.services.some((one) => one.name === name);
  const isJob = (name: string) => plan.jobs.some((one) => one.name === name);
  const askings = plan.jobs.flatMap(({ name, asks }) => asks.map((to) => ({ from: name, to })));
  const wanted = new Set([...plan.edges, ...askings].map(arrow));
  const ends = (['egress', 'ingress'] as const).map((direction) => {
    const open = openings(facts, direction).filter(
      ({ from, to }) => (isService(from) || isJob(from)) && isService(to),
    );
    return { direction, open: new Set(open.map(arrow)) };
  });
  return [
    ...ends.flatMap(({ direction, open }) => [
      ...differences(
        wanted,
        open,
        `The topology has it, and no ${direction} rule lets it through.`,
      ),
      ...differences(open, wanted, `An ${direction} rule lets it through without the topology.`),
    ]),
    ...bothEnds(facts),
    ...facts.of('NetworkPolicy').flatMap((one) => portProblems(facts, one)),
    ...undefended(facts),
  ];
}

type Ends = Pick<Edge, 'from' | 'to'>;
const arrow = ({ from, to }: Ends): string => `${from} -> ${to}`;

interface Opening extends Ends {
  readonly port: number;
}

/** What the rules of one direction let through, program by program. */
function openings(facts: Facts, direction: 'egress' | 'ingress'): readonly Opening[] {
  return facts.of('NetworkPolicy').flatMap((policy) => {
    const own = policy.spec.podSelector.matchLabels?.[labelKeys.name];
    if (!own) return [];
    return (policy.spec[direction] ?? []).flatMap((rule: Fields) =>
      ((direction === 'egress' ? rule.to : rule.from) ?? []).flatMap((peer: Fields) => {
        const other = peer.podSelector?.matchLabels?.[labelKeys.name];
        if (!other) return [];
        const [from, to] = direction === 'egress' ? [own, other] : [other, own];
        return (rule.ports ?? []).map(({ port }: Fields) => ({ from, to, port }));
      }),
    );
  });
}

function differences(
  all: ReadonlySet<string>,
  known: ReadonlySet<string>,
  what: string,
): readonly Problem[] {
  return [...all]
    .filter((one) => !known.has(one))
    .map((where) => ({
      what,
      where,
      remedy: 'Name it in services.ts or jobs.ts of packages/topology/src, or take the rule away.',
    }));
}

/** A connection needs a rule at both ends: one alone is a mistake of somebody. */
function bothEnds(facts: Facts): readonly Problem[] {
  const text = ({ from, to, port }: Opening): string => `${from} -> ${to}:${port}`;
  const [out, into] = (['egress', 'ingress'] as const).map(
    (direction) => new Set(openings(facts, direction).map(text)),
  );
  const oneSided = (a = new Set<string>(), b = new Set<string>(), end = '') =>
    [...a]
      .filter((one) => !b.has(one))
      .map((where) => ({
        what: `Only its ${end} may: the other end lets nothing through.`,
        where,
        remedy: 'Write the rule at both ends, or at none.',
      }));
  return [...oneSided(out, into, 'sender'), ...oneSided(into, out, 'receiver')];
}

/** Ports of rules towards our own programs must be ports that these have. */
function portProblems(facts: Facts, policy: KubeObject): readonly Problem[] {
  return (policy.spec.egress ?? []).flatMap((rule: Fields) =>
    (rule.to ?? []).flatMap((peer: Fields) => {
      const namespace = peer.namespaceSelector?.matchLabels?.[namespaceNameLabel];
      const selector = peer.podSelector?.matchLabels;
      if (!selector) return [];
      const programs = facts.objects.filter(
        (one) =>
          one.metadata.namespace === namespace && matches(selector, podOf(one)?.metadata.labels),
      );
      const ports = programs
        .flatMap((one) => containersOf(podOf(one)))
        .flatMap((one) => one.ports ?? [])
        .map(({ containerPort }: Fields) => containerPort);
      return (rule.ports ?? [])
        .filter(({ port }: Fields) => !ports.includes(port))
        .map(({ port }: Fields) => ({
          what: `It opens port ${port} of ${namespace}/${selector[labelKeys.name]}, which has none.`,
          where: idOf(policy),
          remedy: 'Open a port that the program listens on.',
        }));
    }),
  );
}

/** Every namespace with pods denies what no rule names. */
function undefended(facts: Facts): readonly Problem[] {
  const withPods = new Set(
    facts.objects.filter(podOf).map(({ metadata }) => metadata.namespace ?? ''),
  );
  return [...withPods]
    .filter((namespace) => {
      const policy = facts.find('NetworkPolicy', 'deny-all', namespace);
      return policy?.spec.policyTypes.length !== 2 || policy.spec.ingress || policy.spec.egress;
    })
    .map((namespace) => ({
      what: 'Nothing denies what no rule names.',
      where: namespace,
      remedy: 'Give the namespace the policy deny-all.',
    }));
}
