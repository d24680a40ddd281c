import type { ServiceSpec } from './model.ts';
import { plumbingCalls } from './services.ts';

/** Why one service talks to another, of which the network lets through exactly these. */
export type EdgeReason =
  /** A peer operation that the topology names. */
  | 'call'
  /** The public entry forwards requests. */
  | 'route'
  /** Access tokens are checked with the user service's public keys. */
  | 'keys'
  /** The plumbing of every service, which works on when it gets no answer. */
  | 'plumbing'
  /** The guard asks every process for its counts. */
  | 'control';

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly reason: EdgeReason;
  /** The operation or what it is for. */
  readonly what: string;
}

type Caller = Pick<ServiceSpec, 'name' | 'calls' | 'routePrefixes'>;

const [publicEntry, keyHolder, guard] = ['gateway', 'user', 'guard'];
const calleeOf = (operation: string): string => operation.split('.', 1)[0] ?? '';

/** Everything that one service asks of another, by caller and then callee. Events are no edges. */
export function edgesOf(
  services: readonly Caller[],
  plumbing: readonly string[] = plumbingCalls,
): readonly Edge[] {
  const backends = services.map(({ name }) => name).filter((name) => name !== publicEntry);
  const edges = services.flatMap(({ name, calls }): Edge[] => [
    ...calls.map((what) => edge(name, calleeOf(what), 'call', what)),
    ...(name === publicEntry ? backends.map((to) => edge(name, to, 'route', 'requests')) : []),
    edge(name, keyHolder, 'keys', 'GET /v1/auth/jwks'),
    ...(name === publicEntry
      ? []
      : plumbing.map((what) => edge(name, calleeOf(what), 'plumbing', what))),
    ...(name === guard ? backends.map((to) => edge(name, to, 'control', 'usage and clock')) : []),
  ]);
  return edges.filter(({ from, to }) => from !== to).sort(byEnds);
}

/**
 * Whether the caller serves nobody before the callee is there. Keys are asked for with the first
 * token, and the plumbing tries again.
 */
export function isNeededAtStart({ reason }: Edge): boolean {
  return reason === 'call' || reason === 'route';
}

function edge(from: string, to = '', reason: EdgeReason, what: string): Edge {
  return { from, to, reason, what };
}

function byEnds(a: Edge, b: Edge): number {
  const [left, right] = [a, b].map(({ from, to, reason, what }) =>
    [from, to, reason, what].join(' '),
  );
  return (left ?? '') < (right ?? '') ? -1 : 1;
}
