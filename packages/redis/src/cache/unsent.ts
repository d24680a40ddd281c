import type { Invalidation } from './invalidations.ts';

/** Invalidations that could not be sent yet; while there are some, Redis holds stale values. */
export interface Unsent {
  readonly size: number;
  add(invalidation: Invalidation): void;
  /** Sends them in order; what fails stays. */
  flush(send: (invalidation: Invalidation) => Promise<void>): Promise<void>;
}

const maxKept = 1_000;
/** Everything begins with it. */
const everything: Invalidation = { kind: 'prefix', text: '' };

export function createUnsent(): Unsent {
  let kept: Invalidation[] = [];
  let flushing: Promise<void> | undefined;

  async function flushNow(send: (invalidation: Invalidation) => Promise<void>): Promise<void> {
    for (let next = kept[0]; next; next = kept[0]) {
      await send(next);
      kept = kept.filter((one) => one !== next);
    }
  }

  return {
    get size() {
      return kept.length;
    },
    add(invalidation) {
      kept = kept.length < maxKept ? [...kept, invalidation] : [everything];
    },
    flush(send) {
      flushing ??= flushNow(send).finally(() => {
        flushing = undefined;
      });
      return flushing;
    },
  };
}
