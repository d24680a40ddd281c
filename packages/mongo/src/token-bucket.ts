import { assert } from '@mkt/kernel';
import { Fault } from '@mkt/service-kit';

export interface TokenBucketOptions {
  /** This process's share of what all processes may do together. */
  readonly perSecond: number;
  /** Callers that may wait; one more is turned away at once. */
  readonly maxWaiting?: number;
  /** Milliseconds that only grow. */
  readonly now?: () => number;
}

/** Lets operations through at a rate, in the order in which they were asked for. */
export interface TokenBucket {
  /** Resolves when so many operations may be sent; rejects when the signal ends the wait. */
  take(operations: number, signal: AbortSignal): Promise<void>;
}

interface Waiting {
  readonly operations: number;
  readonly go: () => void;
}

/**
 * Holds a second's worth. A larger group goes when the bucket is not empty and leaves a debt that
 * those after it wait for, so that the mean rate holds and no group waits for ever.
 */
export function createTokenBucket({
  perSecond,
  maxWaiting = 1_000,
  now = () => performance.now(),
}: TokenBucketOptions): TokenBucket {
  assert(perSecond > 0, 'A share of no operations a second lets nothing through');
  const capacity = Math.max(1, perSecond);
  let tokens = capacity;
  let filledAtMs = now();
  let waiting: Waiting[] = [];
  let timer: NodeJS.Timeout | undefined;

  function refill(): void {
    const atMs = now();
    tokens = Math.min(capacity, tokens + ((atMs - filledAtMs) / 1_000) * perSecond);
    filledAtMs = atMs;
  }

  function letThrough(): void {
    clearTimeout(timer);
    refill();
    for (let first = waiting[0]; first && tokens >= 1; first = waiting[0]) {
      waiting.shift();
      tokens -= first.operations;
      first.go();
    }
    if (waiting.length > 0) {
      timer = setTimeout(letThrough, Math.ceil(((1 - tokens) / perSecond) * 1_000));
    }
  }

  return {
    async take(operations, signal) {
      refill();
      if (waiting.length === 0 && tokens >= 1) {
        tokens -= operations;
        return;
      }
      if (waiting.length >= maxWaiting) {
        throw new Fault('DEPENDENCY_OVERLOADED', 'Too many document operations are waiting');
      }
      await new Promise<void>((resolve, reject) => {
        const entry: Waiting = {
          operations,
          go: () => {
            signal.removeEventListener('abort', giveUp);
            resolve();
          },
        };
        function giveUp(): void {
          waiting = waiting.filter((other) => other !== entry);
          reject(
            new Fault('DEPENDENCY_OVERLOADED', 'The share of document operations is used up', {
              cause: signal.reason,
            }),
          );
        }
        if (signal.aborted) return giveUp();
        signal.addEventListener('abort', giveUp, { once: true });
        waiting.push(entry);
        letThrough();
      });
    },
  };
}
