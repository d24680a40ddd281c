import type { ServiceName } from '@mkt/topology';
import { Counter, Gauge } from 'prom-client';
import { Fault } from '../faults.ts';
import type { Metrics } from '../telemetry/metrics.ts';

export interface SilenceOptions {
  /** Requests that may be under way at once, to all services together. */
  readonly places: () => number;
  /** Requests that wait and are not answered for so long: the service has stopped answering. */
  readonly silentAfterMs: number;
}

/** A request that waits for a service. */
export interface Awaited {
  /** It is over, with an answer of the service or without. */
  over(isAnswered: boolean): void;
}

/** Keeps a service that has stopped answering from holding the places of all others. */
export interface SilentServices {
  /** Notes a request, or throws where the service is silent and holds half of the places. */
  expect(service: ServiceName): Awaited;
}

/** It is counted; a line in the log for each would be as many as are refused. */
export class SilentServiceFault extends Fault {
  constructor(service: ServiceName) {
    super('DEPENDENCY_UNAVAILABLE', `${service} does not answer`);
  }
}

const share = 0.5;
/** So many may wait however few places there are: fewer say little of a service. */
const leastWaiting = 4;

interface Heard {
  waiting: number;
  lastMs: number;
}

/**
 * A hung service takes connections and says nothing. Without this everybody who asks for it holds a
 * place until his time is up, and soon nobody who wants another service finds one.
 */
export function createSilentServices(
  { registry }: Pick<Metrics, 'registry'>,
  options: SilenceOptions,
): SilentServices {
  const heard = new Map<ServiceName, Heard>();
  const refusals = new Counter({
    name: 'upstream_refusals_total',
    help: 'Requests refused because the service had stopped answering.',
    labelNames: ['service'],
    registers: [registry],
  });
  new Gauge({
    name: 'upstream_waiting',
    help: 'Requests that wait for an answer of the service.',
    labelNames: ['service'],
    registers: [registry],
    collect() {
      for (const [service, { waiting }] of heard) this.set({ service }, waiting);
    },
  });

  function of(service: ServiceName): Heard {
    const known = heard.get(service) ?? { waiting: 0, lastMs: 0 };
    heard.set(service, known);
    return known;
  }

  return {
    expect(service) {
      const state = of(service);
      const nowMs = performance.now();
      if (state.waiting === 0) state.lastMs = nowMs;
      const most = Math.max(leastWaiting, Math.floor(options.places() * share));
      const isSilent = nowMs - state.lastMs > options.silentAfterMs;
      if (isSilent && state.waiting >= most) {
        refusals.inc({ service });
        throw new SilentServiceFault(service);
      }
      state.waiting += 1;
      let isOver = false;
      return {
        over(isAnswered) {
          if (isOver) return;
          isOver = true;
          state.waiting -= 1;
          if (isAnswered) state.lastMs = performance.now();
        },
      };
    },
  };
}
