export type FilterName =
  | 'node-name'
  | 'taint'
  | 'node-affinity'
  | 'architecture'
  | 'resources'
  | 'host-port'
  | 'volume'
  | 'spread'
  | 'affinity'
  | 'anti-affinity';

/** Why a pod cannot go to a node. */
export interface Rejection {
  readonly filter: FilterName;
  readonly why: string;
  /** By how much it falls short, for resources. */
  readonly missing?: Readonly<Record<string, number>>;
}
