import {
  type Context,
  contexts,
  type Edge,
  type Environment,
  edgesOf,
  environments,
  isNeededAtStart,
  type JobSpec,
  jobs,
  type Profile,
  plumbingCalls,
  profiles,
  type ServiceSpec,
  services,
} from '@mkt/topology';
import { ManifestError, type Problem, refuseIfAny } from '../problem.ts';
import { argoNamespace, type NamespacePart } from './names.ts';
import { placeOf } from './place.ts';
import { edgeProblems, unknownNames } from './topology-problems.ts';
import { type Need, rank } from './waves.ts';

/** What manifests are made of: the topology, or a changed one in a test. */
export interface Model {
  readonly services: readonly ServiceSpec[];
  readonly plumbing: readonly string[];
  readonly jobs: readonly JobSpec[];
  readonly environments: Readonly<Record<string, Environment>>;
  readonly profiles: Readonly<Record<string, Profile>>;
}

/** Everything that the charts of one environment are told. */
export interface Plan {
  readonly environment: Environment;
  readonly profile: Profile;
  readonly services: readonly ServiceSpec[];
  readonly edges: readonly Edge[];
  readonly jobs: readonly JobSpec[];
  /** Machines that pods run on. */
  readonly nodes: number;
  namespaceOf(part: NamespacePart): string;
  contextOf(service: string): Context;
  /** Order of a service among those of its context: callees first. */
  waveOfService(name: string): number;
  /** Order of a context's application: those that it needs first. */
  waveOfContext(context: Context): number;
}

export const topologyModel: Model = {
  services,
  plumbing: plumbingCalls,
  jobs,
  environments,
  profiles,
};

/** Where Argo CD reads, in place of what the environment says: a copy, or a fork. */
export type Repository = Environment['repository'];

export function planOf(
  environmentName: string,
  model: Model = topologyModel,
  repository?: Partial<Repository>,
): Plan {
  refuseIfAny(unknownNames(environmentName, model));
  const stated = model.environments[environmentName] as Environment;
  const environment = { ...stated, repository: { ...stated.repository, ...repository } };
  const profile = model.profiles[environment.profile] as Profile;
  const edges = edgesOf(model.services, model.plumbing);
  refuseIfAny(edgeProblems(edges, model.services));
  const contextOf = contextLookup(model.services);
  const needs = edges.filter(isNeededAtStart);
  const serviceRanks = ranked(
    model.services.map(({ name }) => name),
    needs,
    'service',
  );
  const contextRanks = ranked(contexts, contextNeeds(needs, contextOf), 'context');
  return {
    environment,
    profile,
    services: model.services,
    edges,
    // What looks after the cluster's own database has nothing to do where there is none.
    jobs: model.jobs.filter(
      ({ place }) => place !== 'data' || Object.values(environment.databases).includes('cluster'),
    ),
    nodes: profile.nodes.filter(({ role }) => role !== 'witness').length,
    // Argo CD looks for its own things by this name, in every installation.
    namespaceOf: (part) =>
      part === 'argocd' ? argoNamespace : `${environment.namespacePrefix}${part}`,
    contextOf,
    waveOfService: (name) => serviceRanks.get(name) ?? 0,
    waveOfContext: (context) => contextRanks.get(context) ?? 0,
  };
}

function contextLookup(specs: readonly ServiceSpec[]): (service: string) => Context {
  const byName = new Map<string, Context>(specs.map(({ name, context }) => [name, context]));
  return (service) => {
    const context = byName.get(service);
    if (!context) throw new Error(`No service named ${service} in the topology`);
    return context;
  };
}

function contextNeeds(needs: readonly Need[], contextOf: (name: string) => Context): Need[] {
  return needs
    .map(({ from, to }) => ({ from: contextOf(from), to: contextOf(to) }))
    .filter(({ from, to }) => from !== to);
}

function ranked(
  names: readonly string[],
  needs: readonly Need[],
  kind: string,
): ReadonlyMap<string, number> {
  const ranking = rank(names, needs);
  if (ranking.ok) return ranking.rankOf;
  const problem: Problem = {
    what: `The ${kind}s ${ranking.cycle.join(' -> ')} need each other, so none can start first.`,
    where: placeOf('packages/topology/src/services.ts', `name: '${ranking.cycle[0]}'`),
    remedy: 'Let one of them listen to events of the next instead of calling it.',
  };
  throw new ManifestError([problem]);
}
