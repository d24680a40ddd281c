import type { Cluster } from '../kubernetes/cluster.ts';
import { plus } from '../kubernetes/quantity.ts';
import { type Workload, workloadName } from '../kubernetes/workload.ts';
import { type CronPeak, cronPeak } from './cron-peak.ts';
import type { PlacementNode } from './node.ts';
import {
  type Arrivals,
  areAllPlaced,
  arrive,
  nobody,
  type Placement,
  placementOf,
} from './place.ts';
import { claimsOf, podsOf, steadyPods, surgePods } from './pods.ts';
import type { Plan } from './remedy.ts';
import { emptyState, type Pod } from './state.ts';

/** What is in a cluster besides pods that matters for where they go. */
export type ClusterFacts = Pick<Cluster, 'claims' | 'namespaces' | 'storageClasses'>;

/** A moment in the life of a cluster, and whether all its pods find a node. */
export interface Moment {
  /**
   * - `steady`: what runs all the time.
   * - `rollout`: the next version of one workload beside it; the one that finds it hardest.
   * - `jobs`: those of the clock that may run together.
   * - `fullest`: the next version of everything, and the jobs.
   */
  readonly name: 'steady' | 'rollout' | 'jobs' | 'fullest';
  readonly text: string;
  readonly pods: readonly Pod[];
  readonly placement: Placement;
}

export interface JudgedPlan {
  readonly plan: Plan;
  readonly moments: readonly Moment[];
  readonly cron: CronPeak;
}

/** The calendar that coincidences of jobs are looked for in. */
const calendarFrom = new Date('2027-01-01T00:00:00Z');

/** Places what runs all the time, and on top of it what comes and goes. */
export function judgePlan(plan: Plan, facts: ClusterFacts): JudgedPlan {
  const cron = cronPeak(plan.workloads, calendarFrom);
  const steady = steadyArrivals(plan, facts);
  const first = momentOf('steady', 'all replicas', steady);
  if (first.placement.verdict !== 'placed') return { plan, cron, moments: [first] };
  const groups = rolloutGroups(plan.workloads);
  const jobs = jobPods(plan, cron);
  const everything = [...groups.flatMap(({ pods }) => pods), ...jobs];
  return {
    plan,
    cron,
    moments: [
      first,
      ...hardestRollout(steady, plan.workloads),
      ...(jobs.length > 0 ? [momentOf('jobs', jobsText(cron), arrive(steady, jobs))] : []),
      ...(everything.length > 0
        ? [momentOf('fullest', fullestText(groups, cron), arrive(steady, everything))]
        : []),
    ],
  };
}

/** Whether everything that has to find a node does: all the time, in a rollout, with the jobs. */
export function fits(plan: Plan, facts: ClusterFacts, cron: CronPeak): boolean {
  const steady = steadyArrivals(plan, facts);
  return (
    areAllPlaced(steady) &&
    plan.workloads.every((one) => areAllPlaced(arrive(steady, nextPods(one)))) &&
    areAllPlaced(arrive(steady, jobPods(plan, cron)))
  );
}

function steadyArrivals(plan: Plan, facts: ClusterFacts): Arrivals {
  const claims = claimsOf(facts.claims, plan.workloads, facts.storageClasses);
  const start = emptyState({ nodes: plan.nodes, namespaces: facts.namespaces, claims });
  const pods = plan.workloads.flatMap((workload) => steadyPods(workload, plan.nodes));
  return arrive(nobody(start), pods);
}

function momentOf(name: Moment['name'], text: string, arrivals: Arrivals): Moment {
  return { name, text, pods: arrivals.pods, placement: placementOf(arrivals) };
}

/**
 * A rollout that has room for none of its new pods stands still for good; those of several
 * workloads take turns, because each gives room back when it is done.
 */
function hardestRollout(steady: Arrivals, workloads: readonly Workload[]): Moment[] {
  const rollouts = workloads
    .map((workload) => ({ workload, pods: nextPods(workload) }))
    .filter(({ pods }) => pods.length > 0)
    .map(({ workload, pods }) => ({ workload, pods, arrivals: arrive(steady, pods) }));
  const hardest =
    rollouts.find(({ arrivals }) => !areAllPlaced(arrivals)) ??
    rollouts.toSorted((a, b) => memoryOf(b.pods) - memoryOf(a.pods))[0];
  if (!hardest) return [];
  const text = `all replicas + the next version of ${workloadName(hardest.workload)}`;
  return [momentOf('rollout', text, hardest.arrivals)];
}

/** What comes with a new version: pods above the replicas, or a job. */
function nextPods(workload: Workload): Pod[] {
  return workload.kind === 'Job'
    ? podsOf(workload, workload.replicas, 'current')
    : surgePods(workload);
}

const memoryOf = (pods: readonly Pod[]) =>
  plus(...pods.map(({ requests }) => requests))['memory'] ?? 0;

interface RolloutGroup {
  readonly pods: readonly Pod[];
}

/**
 * A new image reaches all applications of Argo CD at once. Each goes through its waves one by one,
 * so of each application the pods of its largest wave may be there at the same time.
 */
function rolloutGroups(workloads: readonly Workload[]): RolloutGroup[] {
  const applications = Map.groupBy(workloads, applicationOf);
  return [...applications.values()].map((inApplication) => {
    const waves = [...Map.groupBy(inApplication, ({ wave }) => wave).values()].map((inWave) =>
      inWave.flatMap(nextPods),
    );
    return { pods: waves.toSorted((a, b) => memoryOf(b) - memoryOf(a))[0] ?? [] };
  });
}

/** An application is a folder of manifests. */
const applicationOf = ({ place, namespace }: Workload) =>
  place === undefined ? namespace : place.file.replace(/\/[^/]*$/, '');

function jobPods({ workloads }: Plan, { jobs }: CronPeak): Pod[] {
  return jobs.flatMap(({ workload, runs }) => {
    // A change that is tried replaces the workload that the peak was found with.
    const current = workloads.find((one) => workloadName(one) === workloadName(workload));
    return current ? podsOf(current, runs * current.replicas, 'current') : [];
  });
}

function jobsText({ jobs, at }: CronPeak): string {
  const names = jobs.map(({ workload, runs }) =>
    runs > 1 ? `${runs} x ${workloadName(workload)}` : workloadName(workload),
  );
  return `all replicas + ${names.join(', ')}${at === undefined ? '' : ` at ${at}`}`;
}

function fullestText(groups: readonly RolloutGroup[], cron: CronPeak): string {
  const count = groups.reduce((sum, { pods }) => sum + pods.length, 0);
  const jobs = cron.jobs.length > 0 ? ` + ${cron.jobs.length} jobs` : '';
  return `all replicas + ${count} pods of the next version of everything${jobs}`;
}

/** What the pods of a node ask for together, and what they may use. */
export function loadOf(node: PlacementNode, { placement }: Moment) {
  const here = placement.state.bindings.filter((one) => one.node === node.name);
  return {
    requests: plus(...here.map(({ pod }) => pod.requests)),
    limits: plus(...here.map(({ pod }) => pod.limits)),
    pods: here.length,
    /** Pods that may take all the memory that the node has. */
    unbounded: here.filter(({ pod }) => pod.limits['memory'] === undefined).map(({ pod }) => pod),
  };
}
