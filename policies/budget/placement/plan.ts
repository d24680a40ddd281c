import type { Cluster } from '../kubernetes/cluster.ts';
import { plus } from '../kubernetes/quantity.ts';
import { type Workload, workloadName } from '../kubernetes/workload.ts';
import { type CronPeak, cronPeak } from './cron-peak.ts';
import type { PlacementNode } from './node.ts';
import { type Placement, place } from './place.ts';
import { claimsOf, podsOf, steadyPods, surgePods } from './pods.ts';
import type { Plan } from './remedy.ts';
import { emptyState, type PlacementState, type Pod } from './state.ts';

/** What is in a cluster besides pods that matters for where they go. */
export type ClusterFacts = Pick<Cluster, 'claims' | 'namespaces' | 'storageClasses'>;

/** A moment in the life of a cluster, and whether all its pods find a node. */
export interface Moment {
  readonly name: 'steady' | 'fullest';
  /** `steady + rollout of wave 2 + jobs at 03:15 UTC`. */
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

/**
 * Places what runs all the time, and then the fullest moment: the largest rollout that takes place
 * at once, while the jobs run that may run together, and those that come with the rollout.
 */
export function judgePlan(plan: Plan, facts: ClusterFacts): JudgedPlan {
  const cron = cronPeak(plan.workloads, calendarFrom);
  return { plan, cron, moments: momentsOf(plan, facts, cron) };
}

/** Whether the plan fits at every moment. */
export function fits(plan: Plan, facts: ClusterFacts, cron: CronPeak): boolean {
  return momentsOf(plan, facts, cron).every(({ placement }) => placement.verdict === 'placed');
}

function momentsOf(plan: Plan, facts: ClusterFacts, cron: CronPeak): Moment[] {
  const steady = plan.workloads.flatMap((workload) => steadyPods(workload, plan.nodes));
  const start = stateOf(plan, facts);
  const first: Moment = {
    name: 'steady',
    text: 'all replicas',
    pods: steady,
    placement: place(start, [steady]),
  };
  if (first.placement.verdict !== 'placed') return [first];
  const jobs = cron.jobs.flatMap(({ workload, runs }) => {
    // A change that is tried replaces the workload that the peak was found with.
    const current = plan.workloads.find((one) => workloadName(one) === workloadName(workload));
    return current ? podsOf(current, runs * current.replicas, 'current') : [];
  });
  const rollout = largestRollout(plan.workloads);
  const extra = [...rollout.pods, ...jobs];
  if (extra.length === 0) return [first];
  const text = [first.text, rollout.text, jobsText(cron)].filter((part) => part !== '').join(' + ');
  const pods = [...steady, ...extra];
  return [first, { name: 'fullest', text, pods, placement: place(start, [steady, extra]) }];
}

function stateOf({ nodes, workloads }: Plan, facts: ClusterFacts): PlacementState {
  return emptyState({
    nodes,
    namespaces: facts.namespaces,
    claims: claimsOf(facts.claims, workloads, facts.storageClasses),
  });
}

/**
 * A new image reaches all applications of Argo CD at once. Each goes through its waves one by one,
 * so of each application the pods of its largest wave may be there at the same time.
 */
function largestRollout(workloads: readonly Workload[]): { text: string; pods: readonly Pod[] } {
  const applications = Map.groupBy(workloads, applicationOf);
  const pods = [...applications.values()].flatMap(largestWave);
  return { pods, text: pods.length === 0 ? '' : `${pods.length} pods of a rollout of everything` };
}

/** An application is a folder of manifests. */
const applicationOf = ({ place, namespace }: Workload) =>
  place === undefined ? namespace : place.file.replace(/\/[^/]*$/, '');

function largestWave(workloads: readonly Workload[]): readonly Pod[] {
  const waves = [...Map.groupBy(workloads, ({ wave }) => wave).values()].map((inWave) => {
    const jobs = inWave.filter(({ kind }) => kind === 'Job');
    const pods = [
      ...inWave.flatMap(surgePods),
      ...jobs.flatMap((job) => podsOf(job, job.replicas, 'current')),
    ];
    return { pods, memory: plus(...pods.map(({ requests }) => requests))['memory'] ?? 0 };
  });
  return waves.toSorted((a, b) => b.memory - a.memory)[0]?.pods ?? [];
}

function jobsText({ jobs, at }: CronPeak): string {
  if (jobs.length === 0) return '';
  const names = jobs.map(({ workload, runs }) =>
    runs > 1 ? `${runs} x ${workloadName(workload)}` : workloadName(workload),
  );
  return `${names.join(', ')}${at === undefined ? '' : ` at ${at}`}`;
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
