/** Work of a service beside its requests and events. */
export interface Background {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Resolves when nothing is under way; tests wait for it instead of sleeping. */
  idle?(): Promise<void>;
  /** Takes up everything that is due now; returns how much that was. */
  sweep?(): Promise<number>;
}
