export interface AdaptiveLimitOptions {
  readonly initial: number;
  readonly min: number;
  readonly max: number;
  /** A steady clock in milliseconds. */
  readonly now?: () => number;
}

/** How many requests may be under way at once, learned from how long they take. */
export interface AdaptiveLimit {
  readonly current: number;
  /**
   * Tells of a finished request: what kind it was, how long it took, and how many were under way
   * when it began, itself included.
   */
  observe(kind: string, durationMs: number, underWay: number): void;
  /**
   * The same of one that failed. A quick failure tells nothing, and must not become what others are
   * held against; a late one tells of a queue inside as much as a late answer does.
   */
  observeFailure(kind: string, durationMs: number, underWay: number): void;
}

/** A slowdown up to this is taken for chance, beyond it for a queue inside. */
const tolerance = 2;
/** The share of a new estimate that counts at once; the rest stays with the old one. */
const smoothing = 0.2;
/** Requests between two adjustments: enough for a mean that means something. */
const windowSize = 20;
/** A kind's undisturbed time rises by this share a second: what has become slower is learned. */
const driftPerSecond = 0.002;
const maxKinds = 200;
const floorMs = 0.05;

/**
 * The limit follows the gradient between undisturbed and present times: requests that take longer
 * than alone wait for each other inside, and fewer at once would be as fast. Each kind of request is
 * held against its own undisturbed time, so that a change in what is asked is not taken for load.
 */
export function createAdaptiveLimit(options: AdaptiveLimitOptions): AdaptiveLimit {
  const now = options.now ?? (() => performance.now());
  const baselines = new Map<string, { readonly ms: number; readonly atMs: number }>();
  let limit = options.initial;
  let slowdownSum = 0;
  let seen = 0;
  let mostUnderWay = 0;

  function slowdownOf(kind: string, durationMs: number): number {
    const took = Math.max(durationMs, floorMs);
    const known = baselines.get(kind);
    if (known === undefined && baselines.size >= maxKinds) return 1;
    const atMs = now();
    const expected = known ? known.ms * (1 + (driftPerSecond * (atMs - known.atMs)) / 1_000) : took;
    const ms = Math.min(took, expected);
    baselines.set(kind, { ms, atMs });
    return took / ms;
  }

  function adjust(): void {
    const slowdown = slowdownSum / seen;
    const gradient = Math.min(1, Math.max(0.5, tolerance / slowdown));
    // Room to grow, so that a limit that is too low is found out.
    const wanted = limit * gradient + Math.sqrt(limit);
    const isTested = mostUnderWay >= limit / 2;
    if (gradient < 1 || isTested) limit = limit * (1 - smoothing) + wanted * smoothing;
    limit = Math.min(options.max, Math.max(options.min, limit));
    slowdownSum = 0;
    seen = 0;
    mostUnderWay = 0;
  }

  function note(slowdown: number, underWay: number): void {
    slowdownSum += slowdown;
    seen += 1;
    mostUnderWay = Math.max(mostUnderWay, underWay);
    if (seen >= windowSize) adjust();
  }

  return {
    get current() {
      return Math.floor(limit);
    },
    observe(kind, durationMs, underWay) {
      note(slowdownOf(kind, durationMs), underWay);
    },
    observeFailure(kind, durationMs, underWay) {
      const undisturbedMs = baselines.get(kind)?.ms;
      if (undisturbedMs === undefined || durationMs <= undisturbedMs) return;
      note(durationMs / undisturbedMs, underWay);
    },
  };
}
