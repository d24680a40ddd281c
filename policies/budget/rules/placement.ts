import { type Judgement, mostOfAllocatable } from '../judgement.ts';
import { mebibyte } from '../kubernetes/quantity.ts';
import { type Workload, workloadName } from '../kubernetes/workload.ts';
import { describeRefusals, whyNot } from '../placement/explain.ts';
import type { PlacementNode } from '../placement/node.ts';
import {
  type ClusterFacts,
  fits,
  type JudgedPlan,
  loadOf,
  type Moment,
} from '../placement/plan.ts';
import { cheapestChanges } from '../placement/remedy.ts';
import type { Pod } from '../placement/state.ts';

/** Whether every pod finds a node, and how much room each node has left. */
export function judgePlacement(judged: JudgedPlan, facts: ClusterFacts): Judgement[] {
  const failing = judged.moments.filter(
    ({ name, placement }) => name !== 'fullest' && placement.verdict !== 'placed',
  );
  const changes = failing.length > 0 ? remedyOf(judged, facts) : undefined;
  return [
    ...judged.moments.flatMap((moment) => pendingPods(moment, judged, changes)),
    ...judged.moments
      .filter(({ name }) => name === 'steady' || name === 'fullest')
      .flatMap((moment) => judged.plan.nodes.flatMap((node) => headroom(node, moment))),
    ...(judged.moments[0] ? overcommitted(judged.moments[0], judged) : []),
  ];
}

function remedyOf({ plan, cron }: JudgedPlan, facts: ClusterFacts): string {
  const changes = cheapestChanges(plan, (changed) => fits(changed, facts, cron));
  return changes.length === 0
    ? 'no single change is enough: take something away, or add a node'
    : `cheapest: ${changes.map(({ text }) => text).join(', or ')}`;
}

function pendingPods(moment: Moment, judged: JudgedPlan, remedy = ''): Judgement[] {
  const { placement } = moment;
  if (placement.verdict === 'placed') {
    const count = moment.pods.length;
    return [
      {
        rule: 'placement/fit',
        severity: 'ok',
        subject: `pods, ${moment.name}`,
        value: count,
        unit: 'count',
        arithmetic: `${count} pods on ${judged.plan.nodes.length} nodes: ${moment.text}`,
      },
    ];
  }
  if (moment.name === 'fullest') return [waiting(moment)];
  return byWorkload(placement.pending).map(([name, pods]) => {
    const [pod] = pods as [Pod, ...Pod[]];
    const workload = judged.plan.workloads.find((one) => workloadName(one) === name);
    const isFragile = placement.verdict === 'fragile';
    return {
      rule: isFragile ? 'placement/luck' : 'placement/fit',
      severity: 'error',
      subject: `${name}, ${moment.name}`,
      value: pods.length,
      unit: 'count',
      arithmetic: `${podsText(pods)}: ${moment.text}`,
      why: isFragile
        ? 'there is room, but in some orders of arrival the scheduler spreads others over it'
        : `no node takes it. ${describeRefusals(whyNot(pod, placement.state))}`,
      remedy: isFragile ? `pin it to a node by node affinity, or ${remedy}` : remedy,
      ...placeOf(workload),
    };
  });
}

/** New versions of several workloads take turns where there is no room for all: that passes. */
function waiting({ text, placement: { pending } }: Moment): Judgement {
  const names = byWorkload(pending).map(([name]) => name);
  return {
    rule: 'placement/turns',
    severity: 'warning',
    subject: 'pods, fullest',
    value: pending.length,
    unit: 'count',
    arithmetic: text,
    why: `there is no room for all at once: ${names.join(', ')} wait for others to be done`,
    remedy: 'smaller requests where they are generous, or later sync waves for some',
  };
}

function byWorkload(pods: readonly Pod[]): [string, Pod[]][] {
  const groups = new Map<string, Pod[]>();
  for (const pod of pods) groups.set(pod.workload, [...(groups.get(pod.workload) ?? []), pod]);
  return [...groups];
}

function podsText(pods: readonly Pod[]): string {
  const { cpu = 0, memory = 0 } = pods[0]?.requests ?? {};
  return `${pods.length} x (${Math.ceil(memory / mebibyte)} MiB, ${cpu}m)`;
}

/** Above 85% a node has no room for what was reckoned wrongly. */
function headroom(node: PlacementNode, moment: Moment): Judgement[] {
  const { requests, pods } = loadOf(node, moment);
  const memory = requests['memory'] ?? 0;
  const whole = node.allocatable['memory'] ?? 0;
  const share = whole === 0 ? 0 : memory / whole;
  const isTooFull = share > mostOfAllocatable;
  const most = Math.floor((whole * mostOfAllocatable) / mebibyte);
  const cpu = requests['cpu'] ?? 0;
  const wholeCpu = node.allocatable['cpu'] ?? 0;
  return [
    {
      rule: 'placement/headroom',
      // A rollout and the nightly jobs pass; what runs all day does not.
      severity: isTooFull ? (moment.name === 'steady' ? 'error' : 'warning') : 'ok',
      subject: `node ${node.name}, memory, ${moment.name}`,
      value: memory / mebibyte,
      limit: whole / mebibyte,
      unit: 'mib',
      share,
      arithmetic: `requests of ${pods} pods: ${moment.text}`,
      ...(isTooFull
        ? {
            why: `more than ${mostOfAllocatable * 100}% of what the node can allocate`,
            remedy: `at most ${most} MiB: -${Math.ceil(memory / mebibyte) - most} MiB`,
          }
        : {}),
    },
    {
      rule: 'placement/headroom',
      severity: 'ok',
      subject: `node ${node.name}, cpu, ${moment.name}`,
      value: cpu,
      limit: wholeCpu,
      unit: 'milli',
      share: wholeCpu === 0 ? 0 : cpu / wholeCpu,
      arithmetic: `requests of ${pods} pods: ${moment.text}`,
    },
  ];
}

/** Limits together above what a node has: when all are used, pods are killed. */
function overcommitted(moment: Moment, judged: JudgedPlan): Judgement[] {
  return judged.plan.nodes.flatMap((node): Judgement[] => {
    const { limits, unbounded } = loadOf(node, moment);
    const memory = limits['memory'] ?? 0;
    const whole = node.allocatable['memory'] ?? 0;
    const isOver = memory > whole;
    const bounds: Judgement = {
      rule: 'placement/limits',
      severity: isOver ? 'warning' : 'ok',
      subject: `node ${node.name}, memory limits`,
      value: memory / mebibyte,
      limit: whole / mebibyte,
      unit: 'mib',
      share: whole === 0 ? 0 : memory / whole,
      arithmetic: 'limits of all pods that run all the time',
      ...(isOver
        ? { why: 'if all are used, pods are killed', remedy: 'lower limits towards requests' }
        : {}),
    };
    const open = [...new Set(unbounded.map(({ workload }) => workload))].map(
      (name): Judgement => ({
        rule: 'placement/unbounded',
        severity: 'warning',
        subject: `${name}, memory limit`,
        arithmetic: 'no memory limit on one of its containers',
        why: 'it may take all the memory of its node',
        remedy: 'set resources.limits.memory',
        ...placeOf(judged.plan.workloads.find((one) => workloadName(one) === name)),
      }),
    );
    return [bounds, ...open];
  });
}

const placeOf = (workload: Workload | undefined) =>
  workload?.place ? { place: workload.place } : {};
