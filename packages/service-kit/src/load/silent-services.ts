import type { ServiceName } from '@mkt/topology';
import { Counter, Gauge } from 'prom-client';
import { Fault } from '../faults.ts';
import type { Metrics } from '../telemetry/metrics.ts';

export interface SilenceOptions {
  /** Requests that may be under way at once, to all services together. */
  readonly places: () => number;
  /** A service that has answered nobody for so long, while some wait, has stopped answering. */
  readonly silentAfterMs: number;
}

/** A request that waits for a service. */
export interface Awaited {
  /** Given back when the service is silent: who waits for it does nothing that others wait for. */
  holds(place: { readonly giveBack: () => void }): void;
  /** It is over, with an answer of the service or without. */
  over(isAnswered: boolean): void;
}

/**
 * Keeps a service that has stopped answering from holding the places of all others: who waits for
 * it gives his back, and no more than half as many as there are may wait.
 */
export interface SilentServices {
  /** Notes a request, or throws where the service is silent and so many wait for it already. */
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
  /** What each request that waits has to give back. */
  readonly waiting: Set<{ giveBack: () => void }>;
  lastMs: number;
  timer: NodeJS.Timeout | undefined;
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
      for (const [service, { waiting }] of heard) this.set({ service }, waiting.size);
    },
  });

  function of(service: ServiceName): Heard {
    let state = heard.get(service);
    if (!state) {
      state = { waiting: new Set(), lastMs: 0, timer: undefined };
      heard.set(service, state);
    }
    return state;
  }

  /** Places are given back before who waits for one has to be turned away. */
  const giveBackAfterMs = options.silentAfterMs / 2;

  const isSilent = ({ lastMs }: Heard, forMs: number): boolean =>
    performance.now() - lastMs >= forMs;

  /** Looks once per silence that would be, for as long as anybody waits. */
  function watch(state: Heard): void {
    state.timer ??= setTimeout(() => {
      state.timer = undefined;
      if (state.waiting.size === 0) return;
      if (isSilent(state, giveBackAfterMs)) for (const one of state.waiting) one.giveBack();
      watch(state);
    }, giveBackAfterMs).unref();
  }

  return {
    expect(service) {
      const state = of(service);
      if (state.waiting.size === 0) state.lastMs = performance.now();
      const most = Math.max(leastWaiting, Math.floor(options.places() * share));
      if (isSilent(state, options.silentAfterMs) && state.waiting.size >= most) {
        refusals.inc({ service });
        throw new SilentServiceFault(service);
      }
      const own = { giveBack: () => {} };
      state.waiting.add(own);
      watch(state);
      return {
        holds({ giveBack }) {
          own.giveBack = giveBack;
        },
        over(isAnswered) {
          if (!state.waiting.delete(own)) return;
          if (isAnswered) state.lastMs = performance.now();
        },
      };
    },
  };
}
