/**
 * A quantity that something spends or occupies, against one entry of the limits catalogue. The
 * topology, the manifests and (later) the cloud stacks each declare theirs; rules only add up.
 */
export interface DeclaredUse {
  /** Id in the limits catalogue. */
  readonly limitId: string;
  /** In the limit's unit and, for a flow, for one of its periods. */
  readonly quantity: number;
  /** Which of several counts it belongs to, where the limit is per project or site. */
  readonly instance?: string;
  /** The arithmetic, for people: `2 OCPU x 744 h`. */
  readonly because: string;
  readonly source?: { readonly file: string; readonly line?: number };
}
