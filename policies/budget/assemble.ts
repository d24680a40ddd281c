import type { Environment, NodeSpec, Profile, ServiceSpec } from '@mkt/topology';
import type { Limit } from '../limits/index.ts';
import type { Assumption, BudgetFacts, DeclaredUse, PlannedUse, Truth } from './facts.ts';
import { type CostModel, expectedScenario, flowsOf } from './flows.ts';
import { type Cluster, clusterOf } from './kubernetes/cluster.ts';
import { type Fault, type ManifestFile, readManifests } from './kubernetes/read.ts';
import { clusterNodes } from './placement/node.ts';
import { accountUses, registryUses } from './uses/accounts.ts';
import { connectionUses, reservedConnections } from './uses/connections.ts';
import { idleUses } from './uses/idle.ts';
import { machineUses, manifestUses, nodeDisks } from './uses/machines.ts';
import { platformWorkloads } from './uses/platform.ts';
import { usualPace, workflowUses } from './uses/workflows.ts';

/** What the facts are made of: the topology of one commit, and files of the same commit. */
export interface Sources {
  readonly day: string;
  readonly environment: Environment;
  readonly profile: Profile;
  readonly services: readonly ServiceSpec[];
  /** Undefined for a commit before there was one. */
  readonly costModel: CostModel | undefined;
  readonly manifests: readonly ManifestFile[];
  readonly workflows: readonly ManifestFile[];
  /** What other parts declare: the cloud stacks, above all. */
  readonly declared?: readonly DeclaredUse[];
  readonly limitOf: (id: string) => Limit;
}

export interface Assembled {
  readonly facts: BudgetFacts;
  /** Files that cannot be read: nothing is judged while there are any. */
  readonly faults: readonly Fault[];
}

/** Puts together everything that is known of an environment on a profile. */
export function assembleFacts(sources: Sources): Assembled {
  const { environment, profile, services, day } = sources;
  const rendered = clusterOf(readManifests(sources.manifests));
  const workloads = [...rendered.workloads, ...platformWorkloads(rendered)];
  const cluster: Cluster = { ...rendered, workloads };
  const builds = workflowUses(sources.workflows, usualPace);
  const flows =
    sources.costModel &&
    flowsOf(expectedScenario(sources, sources.costModel), rendered.loadBalancers.length);
  const uses = [
    ...machineUses(profile),
    ...manifestUses(cluster),
    ...accountUses(environment, services),
    ...registryUses,
    ...idleUses(profile.nodes, cluster),
    ...connectionUses(services, environment, workloads),
    ...reservedConnections(environment, sources.limitOf),
    ...builds.uses,
    ...(flows?.uses ?? []),
    ...(sources.declared ?? []),
  ];
  const isOurs = ({ limitId }: DeclaredUse) =>
    profile.provider === 'oracle' || !limitId.startsWith('oracle.');
  return {
    facts: {
      day,
      environment: environment.name,
      profile: { name: profile.name, mayCost: profile.mayCost },
      uses: uses.filter(isOurs),
      assumptions,
      plannedUses: plannedUses(environment, profile),
      nodes: clusterNodes(profile.nodes),
      disks: nodeDisks(profile.nodes),
      cluster,
      services: services.map(({ name }) => name),
      replacement: 'delete-before-create',
      machineOcpus: a1Ocpus(profile.nodes),
      truths: truthsOf(environment, services),
      queues: [{ name: 'events between services', taking: 'acknowledge' }],
      availability: {
        servers: profile.nodes.filter(({ role }) => role === 'server').length,
        failuresPromised: 0,
      },
      capacities: flows?.capacities ?? [],
    },
    faults: [...rendered.faults, ...builds.faults],
  };
}

const a1Ocpus = (nodes: readonly NodeSpec[]) =>
  nodes.filter(({ shape }) => shape === 'VM.Standard.A1.Flex').map(({ ocpus }) => ocpus);

/** Figures of providers that code relies on: it has to hear when they change. */
const assumptions: readonly Assumption[] = [
  {
    limitId: 'atlas.connections.count',
    value: 500,
    because: 'packages/mongo shares so many between all processes',
    source: { file: 'packages/mongo/src/limits.ts', line: 14 },
  },
  {
    limitId: 'atlas.operations.per-second',
    value: 100,
    because: 'packages/mongo spends at most so many',
    source: { file: 'packages/mongo/src/limits.ts', line: 14 },
  },
];

/** It is a shop wherever a part of it runs. */
function plannedUses({ databases, redis }: Environment, { provider }: Profile): PlannedUse[] {
  const plans = [
    ...(provider === 'oracle' ? ['oracle'] : []),
    'atlas',
    'cloudflare.pages',
    ...(Object.values(databases).includes('neon') ? ['neon'] : []),
    ...(redis === 'upstash' ? ['upstash'] : []),
  ];
  return plans.map((plan) => ({ plan, use: 'commerce', because: 'a part of the shop runs there' }));
}

/** Dumps lie on the volume of what they are of: they are no copy with another provider. */
function truthsOf({ databases }: Environment, services: readonly ServiceSpec[]): Truth[] {
  const homes = new Map([
    ['the rows on Neon', 'Neon'],
    ['the rows in the cluster', 'PostgreSQL'],
    ['the products', 'Atlas'],
  ]);
  const kept = new Set([
    ...services.map(({ context }) =>
      databases[context] === 'neon' ? 'the rows on Neon' : 'the rows in the cluster',
    ),
    ...(services.some(({ stores }) => stores.includes('documents')) ? ['the products'] : []),
  ]);
  return [...kept].map((data) => ({
    data,
    homes: [homes.get(data) ?? ''],
    isPromised: false,
  }));
}
