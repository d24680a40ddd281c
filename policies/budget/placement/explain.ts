import { mebibyte } from '../kubernetes/quantity.ts';
import { rejections } from './filter.ts';
import type { Rejection } from './rejection.ts';
import type { PlacementState, Pod } from './state.ts';

export interface NodeRefusal {
  readonly node: string;
  readonly rejections: readonly Rejection[];
}

/** For every node, why the pod cannot go there. */
export function whyNot(pod: Pod, state: PlacementState): NodeRefusal[] {
  return state.nodes.map((node) => ({
    node: node.name,
    rejections: rejections(pod, node, state),
  }));
}

/** `main: 96 MiB of memory missing; second: it does not tolerate a=b:NoSchedule`. */
export function describeRefusals(refusals: readonly NodeRefusal[]): string {
  return refusals
    .map(({ node, rejections: all }) => `${node}: ${all.map(describe).join(', ')}`)
    .join('; ');
}

function describe({ why, missing }: Rejection): string {
  if (!missing) return why;
  return Object.entries(missing)
    .map(([resource, amount]) => `${amountText(resource, amount)} missing`)
    .join(', ');
}

/** `96 MiB of memory`, `250m of cpu`. Rounded up: what is missing has to be found in full. */
export function amountText(resource: string, amount: number): string {
  if (resource === 'cpu') return `${Math.ceil(amount)}m of cpu`;
  if (resource === 'memory' || resource === 'ephemeral-storage') {
    return `${Math.ceil(amount / mebibyte).toLocaleString('en')} MiB of ${resource}`;
  }
  return `${amount} ${resource}`;
}
