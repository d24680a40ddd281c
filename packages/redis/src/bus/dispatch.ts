import type { EventEnvelope } from '@mkt/contracts';

export interface Entry {
  readonly id: string;
  readonly event: EventEnvelope;
  /** How often it was given out before, to this process or others. */
  readonly deliveries: number;
}

export interface DispatchOptions {
  readonly concurrency: number;
  readonly retryDelayMs: { readonly first: number; readonly max: number };
  /** Tries of one event, in this process or over several, before it is set aside. */
  readonly maxTries: number;
  handle(event: EventEnvelope): Promise<void>;
  /** Dealt with for good: may be acknowledged. */
  onDone(id: string): void;
  onFailure(entry: Entry, error: unknown, tries: number): void;
  /** Sets aside what can neither be applied nor parked. */
  setAside(entry: Entry, reason: unknown, tries: number): Promise<void>;
}

export interface Dispatch {
  /** Adds entries in the order of the stream; those that are known already are skipped. */
  add(entries: readonly Entry[]): void;
  readonly size: number;
  /** Forgets what was not begun: another process has it now. */
  dropWaiting(): void;
  /** Begins nothing more; resolves when what was begun has ended. */
  stop(): Promise<void>;
}

interface Lane {
  readonly entries: Entry[];
  busy: boolean;
  /** Runs while the lane rests after a failure. */
  timer: NodeJS.Timeout | undefined;
  tries: number;
  /** What had succeeded when the head failed first: tells a poison event from an outage. */
  successesAtFailure: number;
}

/** Handles entries, those of one aggregate in order and one at a time, others beside them. */
export function createDispatch(options: DispatchOptions): Dispatch {
  const lanes = new Map<string, Lane>();
  const known = new Set<string>();
  const ready: string[] = [];
  const running = new Set<Promise<void>>();
  let successes = 0;
  let stopped = false;

  function next(): void {
    while (!stopped && running.size < options.concurrency) {
      const aggregateId = ready.shift();
      if (aggregateId === undefined) return;
      const lane = lanes.get(aggregateId);
      const head = lane?.entries[0];
      if (!lane || !head || lane.busy) continue;
      lane.busy = true;
      const work = handle(aggregateId, lane, head).finally(() => {
        running.delete(work);
        next();
      });
      running.add(work);
    }
  }

  async function handle(aggregateId: string, lane: Lane, entry: Entry): Promise<void> {
    try {
      if (isHopeless(lane, entry)) {
        await options.setAside(entry, 'no process survived it', entry.deliveries);
      } else {
        await options.handle(entry.event);
        successes += 1;
      }
      advance(aggregateId, lane, entry);
    } catch (error) {
      await failed(aggregateId, lane, entry, error);
    }
  }

  /** Given out so often and never reported back: whoever takes it seems to die of it. */
  const isHopeless = (lane: Lane, entry: Entry): boolean =>
    lane.tries === 0 && entry.deliveries > options.maxTries;

  function advance(aggregateId: string, lane: Lane, entry: Entry): void {
    lane.entries.shift();
    lane.busy = false;
    lane.tries = 0;
    known.delete(entry.id);
    if (lane.entries.length > 0) ready.push(aggregateId);
    else lanes.delete(aggregateId);
    options.onDone(entry.id);
  }

  async function failed(
    aggregateId: string,
    lane: Lane,
    entry: Entry,
    error: unknown,
  ): Promise<void> {
    if (lane.tries === 0) lane.successesAtFailure = successes;
    lane.tries += 1;
    options.onFailure(entry, error, lane.tries);
    // While nothing at all succeeds, the store is away, and every event would be set aside.
    const othersSucceed = successes > lane.successesAtFailure;
    if (lane.tries >= options.maxTries && othersSucceed) {
      try {
        await options.setAside(entry, error, lane.tries);
        advance(aggregateId, lane, entry);
        return;
      } catch (failure) {
        options.onFailure(entry, failure, lane.tries);
      }
    }
    const { first, max } = options.retryDelayMs;
    // The lane rests, not its place among the concurrent ones.
    lane.timer = setTimeout(
      () => {
        lane.timer = undefined;
        lane.busy = false;
        ready.push(aggregateId);
        next();
      },
      Math.min(max, first * 2 ** (lane.tries - 1)),
    );
  }

  return {
    add(entries) {
      for (const entry of entries) {
        if (known.has(entry.id)) continue;
        known.add(entry.id);
        const { aggregateId } = entry.event;
        const lane = lanes.get(aggregateId);
        if (lane) lane.entries.push(entry);
        else {
          lanes.set(aggregateId, newLane(entry));
          ready.push(aggregateId);
        }
      }
      next();
    },
    get size() {
      return known.size;
    },
    dropWaiting() {
      for (const [aggregateId, lane] of lanes) {
        const isHandled = lane.busy && lane.timer === undefined;
        const kept = isHandled ? 1 : 0;
        for (const { id } of lane.entries.splice(kept)) known.delete(id);
        if (kept > 0) continue;
        clearTimeout(lane.timer);
        lanes.delete(aggregateId);
      }
      ready.length = 0;
    },
    async stop() {
      stopped = true;
      for (const lane of lanes.values()) clearTimeout(lane.timer);
      await Promise.allSettled(running);
    },
  };
}

function newLane(entry: Entry): Lane {
  return { entries: [entry], busy: false, timer: undefined, tries: 0, successesAtFailure: 0 };
}
