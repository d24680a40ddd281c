import type { Judgement } from '../judgement.ts';
import type { Cluster } from '../kubernetes/cluster.ts';
import type { DisruptionBudget, Workload } from '../kubernetes/workload.ts';
import { workloadName } from '../kubernetes/workload.ts';
import { type ClusterFacts, fits, type JudgedPlan } from '../placement/plan.ts';

/** A disruption budget that allows none blocks every drain. */
export function judgeDisruptions({ disruptionBudgets, workloads }: Cluster): Judgement[] {
  return disruptionBudgets.flatMap((budget): Judgement[] => {
    const replicas = workloads
      .filter((one) => one.namespace === budget.namespace && selectsPods(budget, one))
      .reduce((sum, one) => sum + one.replicas, 0);
    if (replicas === 0) return [];
    const allowed = disruptionsAllowed(budget, replicas);
    if (allowed > 0) return [];
    return [
      {
        rule: 'placement/disruption',
        severity: 'error',
        subject: `disruption budget ${budget.namespace}/${budget.name}`,
        value: allowed,
        unit: 'count',
        arithmetic: `${replicas} replicas, of which none may be away`,
        why: 'a node with one of these pods can never be drained',
        remedy: 'maxUnavailable 1, or a second replica',
        ...(budget.place ? { place: budget.place } : {}),
      },
    ];
  });
}

const selectsPods = ({ selector }: DisruptionBudget, { pod }: Workload) =>
  Object.entries(selector).every(([key, value]) => pod.labels[key] === value);

function disruptionsAllowed(
  { minAvailable, maxUnavailable }: DisruptionBudget,
  replicas: number,
): number {
  const count = (written: number | string) =>
    typeof written === 'number'
      ? written
      : Math.ceil((replicas * Number.parseInt(written, 10)) / 100);
  if (maxUnavailable !== undefined) return count(maxUnavailable);
  return minAvailable === undefined ? replicas - 1 : replicas - count(minAvailable);
}

/** Whether an autoscaler has room for its most replicas: else scaling is a word. */
export function judgeScaling(judged: JudgedPlan, facts: ClusterFacts): Judgement[] {
  const scaled = judged.plan.workloads.filter((one) => one.mostReplicas > one.replicas);
  return scaled.map((workload): Judgement => {
    const { replicas, mostReplicas, place } = workload;
    const grown = { ...workload, replicas: mostReplicas };
    const workloads = judged.plan.workloads.map((one) => (one === workload ? grown : one));
    const hasRoom = fits({ ...judged.plan, workloads }, facts, judged.cron);
    return {
      rule: 'placement/scaling',
      severity: hasRoom ? 'ok' : 'error',
      subject: `autoscaler of ${workloadName(workload)}`,
      value: mostReplicas,
      unit: 'count',
      arithmetic: `${replicas} to ${mostReplicas} replicas, with a rollout and jobs`,
      ...(hasRoom
        ? {}
        : {
            why: 'the nodes have no room for its most replicas, so there is nothing to scale into',
            remedy: `maxReplicas ${mostReplicas - 1} or less, or a smaller request`,
          }),
      ...(place ? { place } : {}),
    };
  });
}
