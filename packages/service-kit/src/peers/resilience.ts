import { resilienceByClass, type ServiceName, serviceSpec } from '@mkt/topology';
import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  ExponentialBackoff,
  handleWhen,
  retry,
  TaskCancelledError,
  TimeoutStrategy,
  timeout,
} from 'cockatiel';
import { Fault } from '../faults.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { type BreakerState, createBreaker } from './breaker.ts';
import { type BreakerShare, noBreakerShare } from './breaker-share.ts';

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

  const oneTry = timeout(spec.readTimeoutMs, TimeoutStrategy.Aggressive);
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
      let calls = 0;
      try {
        const value = await timeout(budgetMs, TimeoutStrategy.Aggressive).execute(({ signal }) =>
          gate.execute(() => {
            const once = async () => {
              // The pause before a repeat goes on when the budget ends within it.
              signal.throwIfAborted();
              return breaker.run(() =>
                oneTry.execute(({ signal: inner }) => {
                  calls += 1;
                  return call(inner ?? signal);
                }, signal),
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
