import { mebibyte } from '../kubernetes/quantity.ts';
import type { Workload } from '../kubernetes/workload.ts';
import { workloadName } from '../kubernetes/workload.ts';
import { amountText } from './explain.ts';
import type { PlacementNode } from './node.ts';

/** A plan that a change is tried on. */
export interface Plan {
  readonly workloads: readonly Workload[];
  readonly nodes: readonly PlacementNode[];
}

export interface Change {
  /** `-96 MiB of memory on sales/order`. */
  readonly text: string;
  /** The share of the workload, or of the largest node, that is given up or added. */
  readonly cost: number;
}

type Try = (plan: Plan) => boolean;

const memoryStep = 16 * mebibyte;
const cpuStep = 10;
/** Below half of what it asks for, a workload is another workload. */
const mostGivenUp = 0.5;

/**
 * The cheapest single change with which the plan fits, by trying: less memory or processor for one
 * workload, one replica fewer, no surge, or a larger node. `fits` places the changed plan.
 */
export function cheapestChanges(plan: Plan, fits: Try): Change[] {
  const changes = plan.workloads.flatMap((workload) => [
    ...smallerRequest(plan, workload, 'memory', fits),
    ...smallerRequest(plan, workload, 'cpu', fits),
    ...fewerReplicas(plan, workload, fits),
    ...noSurge(plan, workload, fits),
  ]);
  const ranked = changes.toSorted((a, b) => a.cost - b.cost || (a.text < b.text ? -1 : 1));
  return ranked.length > 0 ? ranked.slice(0, 3) : largerNode(plan, fits);
}

function smallerRequest(
  plan: Plan,
  workload: Workload,
  resource: 'memory' | 'cpu',
  fits: Try,
): Change[] {
  const asked = workload.pod.requests[resource] ?? 0;
  const step = resource === 'memory' ? memoryStep : cpuStep;
  const less = (steps: number) =>
    withWorkload(plan, workload, {
      pod: {
        ...workload.pod,
        requests: { ...workload.pod.requests, [resource]: asked - steps * step },
      },
    });
  const most = Math.floor((asked * mostGivenUp) / step);
  const steps = smallest(most, (count) => fits(less(count)));
  if (steps === undefined) return [];
  const text = `-${amountText(resource, steps * step)} on ${workloadName(workload)}`;
  return [{ text, cost: (steps * step) / asked }];
}

function fewerReplicas(plan: Plan, workload: Workload, fits: Try): Change[] {
  if (workload.kind === 'DaemonSet' || workload.kind === 'CronJob') return [];
  const steps = smallest(workload.replicas - 1, (count) =>
    fits(withWorkload(plan, workload, { replicas: workload.replicas - count })),
  );
  if (steps === undefined) return [];
  const text = `replicas -${steps} on ${workloadName(workload)}`;
  return [{ text, cost: steps / workload.replicas }];
}

function noSurge(plan: Plan, workload: Workload, fits: Try): Change[] {
  if (workload.surge === 0 || !fits(withWorkload(plan, workload, { surge: 0 }))) return [];
  // With one replica it is away while its successor starts.
  const cost = workload.replicas > 1 ? 0.2 : 0.6;
  return [{ text: `maxSurge 0 on ${workloadName(workload)}`, cost }];
}

/** Where no change of one workload is enough. */
function largerNode(plan: Plan, fits: Try): Change[] {
  return (['memory', 'cpu'] as const).flatMap((resource) => {
    const step = resource === 'memory' ? 16 * memoryStep : 10 * cpuStep;
    return plan.nodes.flatMap((node) => {
      const before = node.allocatable[resource] ?? 0;
      const larger = (steps: number) => {
        const allocatable = { ...node.allocatable, [resource]: before + steps * step };
        const nodes = plan.nodes.map((one) => (one === node ? { ...node, allocatable } : one));
        return { ...plan, nodes };
      };
      const steps = smallest(256, (count) => fits(larger(count)));
      if (steps === undefined) return [];
      const text = `+${amountText(resource, steps * step)} on the node ${node.name}`;
      return [{ text, cost: (steps * step) / Math.max(before, 1) }];
    });
  });
}

function withWorkload(plan: Plan, workload: Workload, changes: Partial<Workload>): Plan {
  const changed = { ...workload, ...changes };
  return { ...plan, workloads: plan.workloads.map((one) => (one === workload ? changed : one)) };
}

/** The smallest count from 1 on with which it is so, if it is so with the most. */
function smallest(most: number, isSo: (count: number) => boolean): number | undefined {
  if (most < 1 || !isSo(most)) return undefined;
  let least = 1;
  let enough = most;
  while (least < enough) {
    const middle = Math.floor((least + enough) / 2);
    if (isSo(middle)) enough = middle;
    else least = middle + 1;
  }
  return enough;
}
