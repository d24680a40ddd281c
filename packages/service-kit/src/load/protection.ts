import { Counter, Gauge } from 'prom-client';
import type { Metrics } from '../telemetry/metrics.ts';
import { createAdaptiveLimit } from './adaptive-limit.ts';
import {
  type Admission,
  type Admitted,
  createAdmission,
  type Entrance,
  type Priority,
} from './admission.ts';

/** What protects a process from more work than it can do. */
export interface ProtectionSpec {
  /** Requests under way at once: where the learning begins, and its bounds. */
  readonly concurrency: {
    readonly initial: number;
    readonly min: number;
    readonly max: number;
  };
  readonly maxQueued: number;
  readonly maxWaitMs: Readonly<Record<Priority, number>>;
  /** The share of places and of the queue that one vendor's requests may hold. */
  readonly tenantShare: number;
  /** The share of them that requests to one service may hold: a service that hangs holds it all. */
  readonly serviceShare: number;
}

/** Waits stay well below what a shopper, a console or a crawler gives up after. */
export const defaultProtection: ProtectionSpec = {
  concurrency: { initial: 64, min: 8, max: 512 },
  maxQueued: 256,
  maxWaitMs: { checkout: 5_000, browsing: 1_000, console: 1_000, bot: 100 },
  tenantShare: 0.25,
  serviceShare: 0.75,
};

/** Admission with a learned limit, and the instruments that show it. */
export function createProtection(
  { registry }: Pick<Metrics, 'registry'>,
  spec: ProtectionSpec = defaultProtection,
): Pick<Admission, 'enter' | 'turnsAway' | 'places'> {
  const limit = createAdaptiveLimit(spec.concurrency);
  const admission = createAdmission({ ...spec, limit });
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  };
  gauge('admission_limit', 'Requests that may be under way at once.', () => limit.current);
  gauge('admission_under_way', 'Requests under way.', () => admission.underWay);
  gauge('admission_queued', 'Requests that wait for a place.', () => admission.queued);
  const refusals = new Counter({
    name: 'admission_refusals_total',
    help: 'Requests turned away because too many were under way, by priority.',
    labelNames: ['priority'],
    registers,
  });
  return {
    get places() {
      return admission.places;
    },
    turnsAway(priority) {
      const isTurnedAway = admission.turnsAway(priority);
      if (isTurnedAway) refusals.inc({ priority });
      return isTurnedAway;
    },
    async enter(entrance: Entrance): Promise<Admitted | undefined> {
      const admitted = await admission.enter(entrance);
      if (!admitted) refusals.inc({ priority: entrance.priority });
      return admitted;
    },
  };
}
