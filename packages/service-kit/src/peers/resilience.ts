import { resilienceByClass, type ServiceName, serviceSpec } from '@mkt/topology';
import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  ExponentialBackoff,
  handleWhen,
  retry,
  TaskCancelledError,
} from 'cockatiel';
import { Fault } from '../faults.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { type BreakerState, createBreaker } from './breaker.ts';
import { type BreakerShare, noBreakerShare } from './breaker-share.ts';
import { withinTime } from './within-time.ts';

/** Guards calls to one service: budget, bulkhead, retries, breaker, in this order. */
export interface CallPolicy {
  /** Repeats only where `idempotent`. Every failure comes out as a fault. */
  run<T>(
    idempotent: boolean,
    budgetMs: number,
    call: (signal: AbortSignal) => Promise<T>,
  ): Promise<T>;
}

const breakerGauge: Readonly<Record<BreakerState, number>> = {
  closed: 0,
  open: 1,
  'half-open': 2,
};

/** What may pass by itself and is worth another try. */
const isTransient = (error: unknown): boolean =>
  (error instanceof Fault && error.code !== 'DISK_FULL') || error instanceof TaskCancelledError;

export function createCallPolicy(
  service: ServiceName,
  metrics: Metrics,
  share: BreakerShare = noBreakerShare,
): CallPolicy {
  const spec = resilienceByClass[serviceSpec(service).class];
  const gauge = metrics.breakerState.labels({ service });
  gauge.set(breakerGauge.closed);
  const breaker = createBreaker({
    threshold: spec.breakerThreshold,
    windowMs: spec.breakerWindowMs,
    minimumRps: spec.breakerMinimumRps,
    halfOpenAfterMs: spec.breakerHalfOpenAfterMs,
    isFailure: isTransient,
    onState: (state) => gauge.set(breakerGauge[state]),
    onTripped: () => member.announce(),
  });
  const member = share.join(service, breaker.open);

  const gate = bulkhead(spec.bulkheadConcurrent, spec.bulkheadQueued);
  gate.onReject(() => metrics.bulkheadRejections.inc({ service }));

  // In cockatiel the first call is not an attempt: maxAttempts counts the repeats.
  const repeats = retry(handleWhen(isTransient), {
    maxAttempts: spec.maxRetries,
    backoff: new ExponentialBackoff({
      initialDelay: spec.retryInitialDelayMs,
      maxDelay: spec.retryMaxDelayMs,
    }),
  });
  repeats.onRetry(() => metrics.retryAttempts.inc({ service, success: 'false' }));

  return {
    async run(idempotent, budgetMs, call) {
      if (budgetMs <= 0)
        throw new Fault('DEPENDENCY_TIMEOUT', `No time is left to call ${service}`);
      const endsAtMs = performance.now() + budgetMs;
      let calls = 0;
      try {
        const value = await withinTime(budgetMs, (signal) =>
          gate.execute(() => {
            const once = async () => {
              // The pause before a repeat goes on when the budget ends within it.
              signal.throwIfAborted();
              const tryMs = Math.min(spec.readTimeoutMs, endsAtMs - performance.now());
              return breaker.run(() =>
                withinTime(tryMs, (inner) => {
                  calls += 1;
                  return call(inner);
                }),
              );
            };
            return idempotent ? repeats.execute(once, signal) : once();
          }, signal),
        );
        if (calls > 1) metrics.retryAttempts.inc({ service, success: 'true' });
        return value;
      } catch (error) {
        throw faultOfPolicy(service, error);
      }
    },
  };
}

function faultOfPolicy(service: string, error: unknown): unknown {
  if (error instanceof TaskCancelledError) {
    return new Fault('DEPENDENCY_TIMEOUT', `${service} did not answer in time`, { cause: error });
  }
  if (error instanceof BulkheadRejectedError) {
    return new Fault('DEPENDENCY_OVERLOADED', `Too many calls to ${service} are under way`, {
      cause: error,
    });
  }
  if (error instanceof BrokenCircuitError) {
    return new Fault('DEPENDENCY_UNAVAILABLE', `${service} failed too often just now`, {
      cause: error,
    });
  }
  return error;
}
