import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environments, profiles, services } from '@mkt/topology';
import { type Stream, streamsOf } from '../../simulate/demand.ts';
import { longestMonth } from '../../simulate/scenario.ts';
import type { BudgetFacts, DeclaredUse } from '../facts.ts';
import { clusterOf } from '../kubernetes/cluster.ts';
import { readManifests } from '../kubernetes/read.ts';
import { placementNode } from '../placement/node.ts';
import { hoursOfMonth, machineUses, manifestUses, nodeDisks } from '../uses/machines.ts';

const path = 'policies/budget/original/manifests.yaml';
const text = readFileSync(join(import.meta.dirname, 'manifests.yaml'), 'utf8');
const cluster = clusterOf(readManifests([{ path, text }]));

/** In the original all four machines are nodes, the micros too: agents of 1 GB. */
const nodes = profiles['full-2x2'].nodes.map((node) =>
  node.role === 'witness'
    ? {
        ...node,
        role: 'agent' as const,
        reserve: { systemMiB: 300, kubeMiB: 275, evictionMiB: 100, cpuMilli: 50 },
      }
    : node,
);
const profile = { ...profiles['full-2x2'], nodes, ingress: 'tunnel' as const };

const days = 31;
const pageViews = environments.production.traffic.perMonth.pageView;
const busiestViewsPerSecond = Math.max(
  ...viewsPerSecond(
    streamsOf({ traffic: environments.production.traffic, month: longestMonth('2026-11-27') }),
  ),
);

function viewsPerSecond(streams: readonly Stream[]): number[] {
  const views = streams.filter(({ useCase }) => useCase === 'pageView');
  return Array.from({ length: hoursOfMonth }, (_, hour) =>
    views.reduce((sum, { perSecond }) => sum + (perSecond[hour] ?? 0), 0),
  );
}

const pageMegabits = (500 * 8) / 1000;
const callsPerPage = 6;
const commandsPerPage = 5;
const popsPerDay = 86_400 / 10;
const consumers = 8;

/** An always-on compute of the smallest size. */
const alwaysOnCu = 0.25 * hoursOfMonth;

const flows: readonly DeclaredUse[] = [
  {
    limitId: 'upstash.commands.count',
    quantity: popsPerDay * days * consumers,
    because: `BRPOP: ${popsPerDay} a day x ${days} x ${consumers} idle consumers`,
  },
  {
    limitId: 'upstash.commands.count',
    quantity: commandsPerPage * pageViews,
    because: `rate limit and cache: ${commandsPerPage} x ${pageViews} page views`,
  },
  {
    limitId: 'neon.compute.cu-hours',
    instance: 'the single project',
    quantity: alwaysOnCu,
    because: `kept awake by health checks and polling: 0.25 CU x ${hoursOfMonth} h`,
  },
  {
    limitId: 'neon.compute.cu-hours',
    instance: 'the single project',
    quantity: alwaysOnCu * 2,
    because: `branches for development and tests: 2 x 0.25 CU x ${hoursOfMonth} h`,
  },
  {
    limitId: 'cloudflare.workers.requests',
    quantity: (callsPerPage * pageViews) / days,
    because: `the proxy of ${callsPerPage} calls x ${pageViews} page views / ${days} days`,
  },
  {
    limitId: 'oracle.load-balancer.mbps',
    quantity: busiestViewsPerSecond * pageMegabits,
    because: `${busiestViewsPerSecond.toFixed(1)} pages a second x 500 KB x 8 bit`,
  },
];

/** The original specification, as facts: what it says, does and believes. */
export const originalFacts: BudgetFacts = {
  day: '2026-11-27',
  environment: 'original',
  profile: { name: 'full-2x2', mayCost: true },
  uses: [...machineUses(profile), ...manifestUses(cluster), ...flows],
  assumptions: [
    {
      limitId: 'upstash.storage.mb',
      value: 100,
      because: 'a database of at most 100 MB, beside a storage of 256 MB',
    },
    { limitId: 'neon.projects.count', value: 1, because: 'a single project' },
    { limitId: 'neon.storage.gb', value: 'unlimited', because: 'storage paid by the GB-month' },
    {
      limitId: 'oracle.idle.cpu-p95',
      value: 20,
      period: 'instant',
      because: 'more than 20% CPU at all times',
    },
  ],
  plannedUses: [
    { plan: 'oracle', use: 'second-account', because: 'sharding over several free tenancies' },
    { plan: 'upstash', use: 'second-account', because: 'sharding over several free databases' },
    { plan: 'vercel.hobby', use: 'commerce', because: 'the API of a shop' },
  ],
  nodes: nodes.map(placementNode),
  disks: nodeDisks(nodes),
  cluster,
  services: services.map(({ name }) => name),
  replacement: 'create-before-delete',
  machineOcpus: [2, 2],
  truths: [
    { data: 'products', homes: ['Atlas'], isPromised: true },
    { data: 'orders', homes: ['Neon'], isPromised: true },
    { data: 'sessions', homes: ['Atlas', 'Upstash'], backedUpEveryHours: 24, isPromised: true },
  ],
  queues: [{ name: 'orders', taking: 'pop' }],
  availability: { servers: 2, failuresPromised: 1 },
  capacities: [],
};
