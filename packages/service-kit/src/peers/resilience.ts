import { resilienceByClass, type ServiceName, serviceSpec } from '@mkt/topology';
import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  CircuitState,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  type IPolicy,
  retry,
  SamplingBreaker,
  TaskCancelledError,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import { Fault } from '../faults.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** Guards calls to one service: budget, bulkhead, retries, breaker, in this order. */
export interface CallPolicy {
  /** Repeats only where `idempotent`. Every failure comes out as a fault. */
  run<T>(
    idempotent: boolean,
    budgetMs: number,
    call: (signal: AbortSignal) => Promise<T>,
  ): Promise<T>;
}

const breakerGauge: Readonly<Record<CircuitState, number>> = {
  [CircuitState.Closed]: 0,
  [CircuitState.Open]: 1,
  [CircuitState.HalfOpen]: 2,
  [CircuitState.Isolated]: 1,
};

/** What may pass by itself and is worth another try. */
const isTransient = (error: unknown): boolean =>
  (error instanceof Fault && error.code !== 'DISK_FULL') || error instanceof TaskCancelledError;

export function createCallPolicy(service: ServiceName, metrics: Metrics): CallPolicy {
  const spec = resilienceByClass[serviceSpec(service).class];
  const transient = handleWhen(isTransient);
  const breaker = circuitBreaker(transient, {
    halfOpenAfter: spec.breakerHalfOpenAfterMs,
    breaker: new SamplingBreaker({
      threshold: spec.breakerThreshold,
      duration: spec.breakerWindowMs,
      minimumRps: spec.breakerMinimumRps,
    }),
  });
  const gauge = metrics.breakerState.labels({ service });
  gauge.set(breakerGauge[CircuitState.Closed]);
  breaker.onStateChange((state) => gauge.set(breakerGauge[state]));

  const gate = bulkhead(spec.bulkheadConcurrent, spec.bulkheadQueued);
  gate.onReject(() => metrics.bulkheadRejections.inc({ service }));

  const once = wrap(breaker, timeout(spec.readTimeoutMs, TimeoutStrategy.Aggressive));
  // In cockatiel the first call is not an attempt: maxAttempts counts the repeats.
  const repeats = retry(transient, {
    maxAttempts: spec.maxRetries,
    backoff: new ExponentialBackoff({
      initialDelay: spec.retryInitialDelayMs,
      maxDelay: spec.retryMaxDelayMs,
    }),
  });
  repeats.onRetry(() => metrics.retryAttempts.inc({ service, success: 'false' }));
  const repeated = wrap(repeats, once);

  return {
    async run(idempotent, budgetMs, call) {
      if (budgetMs <= 0)
        throw new Fault('DEPENDENCY_TIMEOUT', `No time is left to call ${service}`);
      const policy: IPolicy = idempotent ? repeated : once;
      let calls = 0;
      try {
        const value = await timeout(budgetMs, TimeoutStrategy.Aggressive).execute(({ signal }) =>
          gate.execute(
            () =>
              policy.execute(({ signal: inner }) => {
                // The pause before a repeat goes on when the budget ends within it.
                signal.throwIfAborted();
                calls += 1;
                return call(inner ?? signal);
              }, signal),
            signal,
          ),
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
