import type { Fields, KubeObject } from '../../objects.ts';
import { idOf } from '../../objects.ts';
import type { Kubectl } from '../apply.ts';
import { type Finding, listed } from './read.ts';

/** What is asked for of workloads, and what is there. */
export interface Settled {
  readonly pods: readonly Fields[];
  /** Workloads that do not have all their pods, of their last version, ready. */
  readonly unfinished: readonly Finding[];
  /** Pods that the scheduler finds no node for, and what it says. */
  readonly pending: readonly Finding[];
}

export async function settledNow(kubectl: Kubectl): Promise<Settled> {
  const all = await listed(kubectl, 'deployments,statefulsets,daemonsets,pods');
  const pods = all.filter(({ kind }) => kind === 'Pod');
  return {
    pods,
    unfinished: all.filter(({ kind }) => kind !== 'Pod').flatMap(unfinishedOf),
    pending: pods.flatMap(pendingOf),
  };
}

export function unfinishedOf(workload: KubeObject): readonly Finding[] {
  const { metadata, spec, status = {}, kind } = workload as Fields;
  const isSeen = status.observedGeneration === metadata.generation;
  const wanted = kind === 'DaemonSet' ? (status.desiredNumberScheduled ?? 0) : spec.replicas;
  const [updated, ready, all] =
    kind === 'DaemonSet'
      ? [status.updatedNumberScheduled, status.numberReady, status.currentNumberScheduled]
      : [status.updatedReplicas, status.readyReplicas, status.replicas];
  const counts = [updated, ready, all].map((count = 0) => count);
  if (isSeen && counts.every((count) => count === wanted)) return [];
  const said = (status.conditions ?? [])
    .filter((one: Fields) => one.status !== (one.type === 'ReplicaFailure' ? 'False' : 'True'))
    .map((one: Fields) => one.message);
  const [isNew, isReady, isThere] = counts;
  const why = `${wanted} wanted, ${isThere} there, ${isNew} new, ${isReady} ready. ${said.join(' ')}`;
  return [{ object: idOf(workload), why: why.trim() }];
}

export function pendingOf(pod: KubeObject): readonly Finding[] {
  const conditions: readonly Fields[] = (pod as Fields).status?.conditions ?? [];
  const refused = conditions.find(
    ({ type, status }) => type === 'PodScheduled' && status === 'False',
  );
  return refused ? [{ object: idOf(pod), why: refused['message'] }] : [];
}
