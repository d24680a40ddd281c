import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { loopResolutionMs, measureEventLoop } from './event-loop.ts';
import { createInProcessState, type InProcessState } from './in-process-state.ts';
import { countVendorRequests } from './vendor-requests.ts';

/** The instruments that every service shares. One set per process: labels tell services apart. */
export interface Metrics {
  readonly registry: Registry;
  readonly requestSeconds: Histogram<'service' | 'method' | 'route' | 'status'>;
  readonly breakerState: Gauge<'service'>;
  readonly retryAttempts: Counter<'service' | 'success'>;
  readonly bulkheadRejections: Counter<'service'>;
  readonly eventsPublished: Counter<'service' | 'type'>;
  readonly eventsConsumed: Counter<'service' | 'type' | 'outcome'>;
  readonly sagaTransitions: Counter<'service' | 'saga' | 'step'>;
  readonly deadLetters: Counter<'service'>;
  /** One request of a vendor's staff or key; the busiest vendors are told by id. */
  readonly countVendorRequest: (vendorId: string) => void;
  /** What is read from the process's memory at each scrape. */
  readonly state: InProcessState;
}

export function createMetrics(options: { processMetrics?: boolean } = {}): Metrics {
  const registry = new Registry();
  if (options.processMetrics) {
    collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: loopResolutionMs });
    measureEventLoop(registry);
  }
  const registers = [registry];
  return {
    registry,
    requestSeconds: new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time to answer a request, by route template.',
      labelNames: ['service', 'method', 'route', 'status'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    breakerState: new Gauge({
      name: 'circuit_breaker_state',
      help: 'Breaker of calls to a service: 0 closed, 1 open, 2 half-open.',
      labelNames: ['service'],
      registers,
    }),
    retryAttempts: new Counter({
      name: 'retry_attempts_total',
      help: 'Repeated calls to a service, by whether the repeat succeeded.',
      labelNames: ['service', 'success'],
      registers,
    }),
    bulkheadRejections: new Counter({
      name: 'bulkhead_rejections_total',
      help: 'Calls to a service refused because too many were under way.',
      labelNames: ['service'],
      registers,
    }),
    eventsPublished: new Counter({
      name: 'events_published_total',
      help: 'Outbox rows handed to the bus.',
      labelNames: ['service', 'type'],
      registers,
    }),
    eventsConsumed: new Counter({
      name: 'events_consumed_total',
      help: 'Events handled: applied, duplicate, retried or dead.',
      labelNames: ['service', 'type', 'outcome'],
      registers,
    }),
    sagaTransitions: new Counter({
      name: 'saga_transitions_total',
      help: 'Stored steps of sagas.',
      labelNames: ['service', 'saga', 'step'],
      registers,
    }),
    deadLetters: new Counter({
      name: 'dead_letters_total',
      help: 'Events parked after their last try, for a person to look at.',
      labelNames: ['service'],
      registers,
    }),
    countVendorRequest: countVendorRequests(registry),
    state: createInProcessState(registry),
  };
}
