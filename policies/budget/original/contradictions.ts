import type { BudgetFacts } from '../facts.ts';
import type { Judgement } from '../judgement.ts';
import { gibibyte, mebibyte } from '../kubernetes/quantity.ts';

/** How a contradiction is decided. */
export type Decided = 'arithmetic' | 'terms' | 'declared';

export type Contradiction =
  | {
      readonly number: number;
      readonly title: string;
      readonly by: Decided;
      readonly rule: string;
      /** The finding that says it, among those of the rule. */
      readonly says: (finding: Judgement) => boolean;
      /** The facts without it: then nothing may say it any more. */
      readonly resolved: (facts: BudgetFacts) => BudgetFacts;
    }
  | {
      readonly number: number;
      readonly title: string;
      readonly by: 'reading';
      /** Why no rule over facts can decide it, and what does instead. */
      readonly reason: string;
    };

const about =
  (...words: readonly string[]) =>
  ({ limitId = '', subject, arithmetic }: Judgement) =>
    words.every((word) => `${limitId} ${subject} ${arithmetic}`.includes(word));

const withoutUse =
  (limitId: string, words = '') =>
  (facts: BudgetFacts): BudgetFacts => ({
    ...facts,
    uses: facts.uses.filter((use) => use.limitId !== limitId || !use.because.includes(words)),
  });

const withoutAssumption =
  (limitId: string) =>
  (facts: BudgetFacts): BudgetFacts => ({
    ...facts,
    assumptions: facts.assumptions.filter((one) => one.limitId !== limitId),
  });

const withMemory =
  (namespace: string, memory: number) =>
  (facts: BudgetFacts): BudgetFacts => ({
    ...facts,
    cluster: {
      ...facts.cluster,
      workloads: facts.cluster.workloads.map((one) =>
        one.namespace === namespace
          ? { ...one, pod: { ...one.pod, requests: { cpu: 50, memory } } }
          : one,
      ),
    },
  });

const withCluster =
  (changed: (cluster: BudgetFacts['cluster']) => Partial<BudgetFacts['cluster']>) =>
  (facts: BudgetFacts): BudgetFacts => ({
    ...facts,
    cluster: { ...facts.cluster, ...changed(facts.cluster) },
  });

/** The 25 contradictions of the original specification, in the order of the design. */
export const contradictions: readonly Contradiction[] = [
  {
    number: 1,
    title: 'two A1 machines of 2 OCPU and 12 GB are free',
    by: 'arithmetic',
    rule: 'quota',
    says: about('oracle.a1.ocpu-hours', 'main: 2 OCPU x 744 h + second: 2 OCPU x 744 h'),
    resolved: withoutUse('oracle.a1.ocpu-hours', 'second'),
  },
  {
    number: 2,
    title: 'a machine is replaced by a new one beside it',
    by: 'arithmetic',
    rule: 'machines/replacement',
    says: about('create-before-delete'),
    resolved: (facts) => ({ ...facts, replacement: 'delete-before-create' }),
  },
  {
    number: 3,
    title: 'pods add up to the whole node',
    by: 'arithmetic',
    rule: 'placement/fit',
    says: about('marketplace/', '4096 MiB'),
    resolved: withMemory('marketplace', 160 * mebibyte),
  },
  {
    number: 4,
    title: '2.6 GB of monitoring on two machines of 1 GB',
    by: 'arithmetic',
    rule: 'placement/fit',
    says: about('monitoring/'),
    resolved: withMemory('monitoring', 20 * mebibyte),
  },
  {
    number: 5,
    title: 'the heaviest programs on amd64, the cluster on arm64',
    by: 'declared',
    rule: 'placement/architecture',
    says: about('monitoring/prometheus', 'arm64 and amd64'),
    resolved: (facts) => ({
      ...facts,
      nodes: facts.nodes.filter(({ labels }) => labels['kubernetes.io/arch'] === 'arm64'),
    }),
  },
  {
    number: 6,
    title: 'a storage of 256 MB and a database of at most 100 MB',
    by: 'arithmetic',
    rule: 'terms/assumption',
    says: about('upstash.storage.mb'),
    resolved: withoutAssumption('upstash.storage.mb'),
  },
  {
    number: 7,
    title: 'polling a metered queue',
    by: 'arithmetic',
    rule: 'quota',
    says: about('upstash.commands.count', 'BRPOP: 8640 a day'),
    resolved: withoutUse('upstash.commands.count', 'BRPOP'),
  },
  {
    number: 8,
    title: 'a popped message is guaranteed',
    by: 'declared',
    rule: 'data/queue',
    says: about('orders', 'taken, then handled'),
    resolved: (facts) => ({ ...facts, queues: [{ name: 'orders', taking: 'acknowledge' }] }),
  },
  {
    number: 9,
    title: 'rate limit and cache of every request in a metered store',
    by: 'arithmetic',
    rule: 'quota',
    says: about('upstash.commands.count', 'rate limit and cache: 5 x'),
    resolved: withoutUse('upstash.commands.count', 'rate limit'),
  },
  {
    number: 10,
    title: 'a serverless database that never sleeps',
    by: 'arithmetic',
    rule: 'quota',
    says: about('neon.compute.cu-hours', 'kept awake'),
    resolved: withoutUse('neon.compute.cu-hours', 'kept awake'),
  },
  {
    number: 11,
    title: 'branches for development and tests beside it',
    by: 'arithmetic',
    rule: 'quota',
    says: about('neon.compute.cu-hours', 'branches for development'),
    resolved: withoutUse('neon.compute.cu-hours', 'branches'),
  },
  {
    number: 12,
    title: 'a single project, storage without an end, a pooler of its own',
    by: 'arithmetic',
    rule: 'terms/assumption',
    says: about('neon.projects.count'),
    resolved: withoutAssumption('neon.projects.count'),
  },
  {
    number: 13,
    title: 'sharding over several free accounts',
    by: 'terms',
    rule: 'terms/barred',
    says: about('second-account on oracle'),
    resolved: (facts) => ({
      ...facts,
      plannedUses: facts.plannedUses.filter(({ use }) => use !== 'second-account'),
    }),
  },
  {
    number: 14,
    title: 'a shop on a plan for hobbies',
    by: 'terms',
    rule: 'terms/barred',
    says: about('commerce on vercel.hobby'),
    resolved: (facts) => ({
      ...facts,
      plannedUses: facts.plannedUses.filter(({ plan }) => plan !== 'vercel.hobby'),
    }),
  },
  {
    number: 15,
    title: 'every call of the API through a worker',
    by: 'arithmetic',
    rule: 'quota',
    says: about('cloudflare.workers.requests'),
    resolved: withoutUse('cloudflare.workers.requests'),
  },
  {
    number: 16,
    title: 'a shop behind 10 Mbps',
    by: 'arithmetic',
    rule: 'quota',
    says: about('oracle.load-balancer.mbps'),
    resolved: withoutUse('oracle.load-balancer.mbps'),
  },
  {
    number: 17,
    title: '200 GB for data, and 200 GB for boot volumes',
    by: 'arithmetic',
    rule: 'quota',
    says: about('oracle.block-volume.gb', 'boot 50 GB', 'claim marketplace/'),
    resolved: withoutUse('oracle.block-volume.gb', 'claim'),
  },
  {
    number: 18,
    title: 'more than 20% CPU keeps a machine',
    by: 'declared',
    rule: 'terms/assumption',
    says: about('oracle.idle.cpu-p95'),
    resolved: withoutAssumption('oracle.idle.cpu-p95'),
  },
  {
    number: 19,
    title: 'fifteen services, of which seven have a place',
    by: 'arithmetic',
    rule: 'placement/services',
    says: about('15 services, 7 have'),
    resolved: (facts) => ({
      ...facts,
      services: facts.services.filter((name) =>
        facts.cluster.workloads.some((workload) => workload.name === name),
      ),
    }),
  },
  {
    number: 20,
    title: 'a service mesh that is in no budget',
    by: 'declared',
    rule: 'placement/controller',
    says: about('istiod'),
    resolved: withCluster(() => ({ groups: new Map() })),
  },
  {
    number: 21,
    title: 'autoscaling on full nodes, in a namespace with room for one pod',
    by: 'arithmetic',
    rule: 'placement/namespace-quota',
    says: about('namespace marketplace, limits.memory'),
    resolved: withCluster(({ quotas }) => ({
      quotas: quotas.map((quota) => ({
        ...quota,
        hard: { ...quota.hard, 'limits.memory': 64 * gibibyte, pods: 30 },
      })),
    })),
  },
  {
    number: 22,
    title: 'production without a backup',
    by: 'declared',
    rule: 'data/backup',
    says: about('backup of orders'),
    resolved: (facts) => ({
      ...facts,
      truths: facts.truths.map((one) => ({ ...one, backedUpEveryHours: 24 })),
    }),
  },
  {
    number: 23,
    title: 'sessions in two stores',
    by: 'declared',
    rule: 'data/one-home',
    says: about('home of sessions'),
    resolved: (facts) => ({
      ...facts,
      truths: facts.truths.filter(({ homes }) => homes.length === 1),
    }),
  },
  {
    number: 24,
    title: 'sample code: a cache without an end, SQL put together from text, an unused window',
    by: 'reading',
    reason:
      'It is code and no quantity. The services are tested against each: bounded caches with ' +
      'expiry, parameters in every statement, and a breaker whose window closes.',
  },
  {
    number: 25,
    title: 'high availability on two servers',
    by: 'arithmetic',
    rule: 'machines/quorum',
    says: about('2 servers, quorum 2: 0 may fail'),
    resolved: (facts) => ({ ...facts, availability: { servers: 3, failuresPromised: 1 } }),
  },
];
