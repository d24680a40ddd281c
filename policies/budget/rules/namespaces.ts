import type { Judgement } from '../judgement.ts';
import type { Cluster } from '../kubernetes/cluster.ts';
import { type Amounts, mebibyte, plus, times } from '../kubernetes/quantity.ts';
import type { NamespaceQuota, Workload } from '../kubernetes/workload.ts';
import type { PlacementNode } from '../placement/node.ts';
import { steadyPods, templateClaims } from '../placement/pods.ts';
import { amount } from '../report/numbers.ts';

/**
 * Each namespace against its own quota, with the pods that a rollout adds: without room for them a
 * rollout hangs and says nothing.
 */
export function judgeNamespaces(
  { quotas, workloads, claims }: Cluster,
  nodes: readonly PlacementNode[],
): Judgement[] {
  return quotas.flatMap((quota) => {
    const here = workloads.filter(({ namespace }) => namespace === quota.namespace);
    const stored = [...claims, ...here.flatMap(templateClaims)].filter(
      ({ namespace }) => namespace === quota.namespace,
    );
    const used = plus(
      ...here.map((workload) => podsCost(workload, podCountOf(workload, nodes))),
      { persistentvolumeclaims: stored.length },
      { 'requests.storage': stored.reduce((sum, { storageBytes }) => sum + storageBytes, 0) },
    );
    const counts = Object.entries(quota.hard).flatMap(([name, hard]) =>
      used[name] === undefined ? [] : [{ name, hard, used: used[name] }],
    );
    const over = counts.filter(({ hard, used: most }) => most > hard);
    // The tightest stands for those that are kept.
    const tightest = counts.toSorted((a, b) => shareOf(b) - shareOf(a)).slice(0, 1);
    return (over.length > 0 ? over : tightest).map((count) => judgeOne(quota, count));
  });
}

const shareOf = ({ hard, used }: Count) =>
  hard === 0 ? (used === 0 ? 0 : Number.POSITIVE_INFINITY) : used / hard;

/** All that may be there at once: the autoscaler's most, and the rollout's surge. */
function podCountOf(workload: Workload, nodes: readonly PlacementNode[]): number {
  const { kind, mostReplicas, surge } = workload;
  // One for each node, and its rollout takes the old one away first.
  return kind === 'DaemonSet' ? steadyPods(workload, nodes).length : mostReplicas + surge;
}

function podsCost({ pod }: Workload, count: number): Amounts {
  const prefixed = (prefix: string, amounts: Amounts) =>
    Object.fromEntries(Object.entries(amounts).map(([name, one]) => [`${prefix}${name}`, one]));
  return times(
    {
      ...prefixed('requests.', pod.requests),
      ...prefixed('limits.', pod.limits),
      // Without a prefix a quota means requests.
      cpu: pod.requests['cpu'] ?? 0,
      memory: pod.requests['memory'] ?? 0,
      pods: 1,
      'count/pods': 1,
    },
    count,
  );
}

interface Count {
  readonly name: string;
  readonly hard: number;
  readonly used: number;
}

function judgeOne(quota: NamespaceQuota, count: Count): Judgement {
  const { name, hard, used } = count;
  const isBytes = /memory|storage$/.test(name);
  const shown = (value: number) => (isBytes ? value / mebibyte : value);
  const unit = isBytes ? 'mib' : /cpu$/.test(name) ? 'milli' : 'count';
  const isOver = used > hard;
  return {
    rule: 'placement/namespace-quota',
    severity: isOver ? 'error' : 'ok',
    subject: `namespace ${quota.namespace}, ${name}`,
    value: shown(used),
    limit: shown(hard),
    unit,
    share: shareOf(count),
    arithmetic: 'all pods at their most replicas, and the surge of a rollout',
    ...(isOver
      ? {
          why: 'the API server refuses the pods above it, and the rollout hangs without an error',
          remedy: `raise ${name} of the quota ${quota.name} by ${amount(shown(used - hard), unit)}, or ask for less`,
        }
      : {}),
    ...(quota.place ? { place: quota.place } : {}),
  };
}
