/** How a consumer looks for events, by what a look costs. Times in milliseconds. */
export interface BusTiming {
  /** Pause between looks that find nothing and that nobody asked for; doubles up to `idleMaxMs`. */
  readonly idleMinMs: number;
  readonly idleMaxMs: number;
  /** The same while the server cannot wake us: nothing but looking finds what is there. */
  readonly deafMaxMs: number;
  /** A holder that says nothing for so long has lost its consumer to another process. */
  readonly leaseMs: number;
  /** How long handled events may wait to be acknowledged together. */
  readonly acknowledgeWithinMs: number;
  /** How often who has no lease asks for it; otherwise it waits for the lease to end. */
  readonly standbyMaxMs: number;
}

export const clusterTiming: BusTiming = {
  idleMinMs: 500,
  idleMaxMs: 2_000,
  deafMaxMs: 500,
  leaseMs: 6_000,
  acknowledgeWithinMs: 20,
  standbyMaxMs: 1_000,
};

/** Commands are paid for: wakes do the work, and looks are there for the wake that got lost. */
export const meteredTiming: BusTiming = {
  idleMinMs: 30_000,
  idleMaxMs: 15 * 60_000,
  deafMaxMs: 30_000,
  leaseMs: 30_000,
  acknowledgeWithinMs: 1_000,
  standbyMaxMs: 60_000,
};
