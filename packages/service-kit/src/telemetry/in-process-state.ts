import { Counter, Gauge, type Registry } from 'prom-client';
import type { PoolUse } from '../db/database.ts';

/** Work that waits or is under way, as the process that does it knows it. */
export interface Backlog {
  readonly count: number;
  /** 0 when there is none. */
  readonly oldestAgeMs: number;
}

/**
 * What a process knows of itself, read when the metrics are asked for. The sources answer from
 * memory: a scrape that asked a store would keep a serverless one awake, and hang with a hung one.
 * A source that is named again takes the place of the one before.
 */
export interface InProcessState {
  readOutbox(service: string, read: () => Backlog): void;
  readSagas(service: string, saga: string, read: () => Backlog): void;
  readPools(service: string, read: () => readonly PoolUse[]): void;
  readMeter(service: string, read: () => ReadonlyMap<string, number>): void;
  readDroppedSpans(recorder: { dropped(): number }): void;
}

interface SagaSource {
  readonly service: string;
  readonly saga: string;
  readonly read: () => Backlog;
}

export function createInProcessState(registry: Registry): InProcessState {
  const outboxes = new Map<string, () => Backlog>();
  const sagas = new Map<string, SagaSource>();
  const pools = new Map<string, () => readonly PoolUse[]>();
  const meters = new Map<string, () => ReadonlyMap<string, number>>();
  const recorders = new Set<{ dropped(): number }>();
  exposeBacklogs(registry, outboxes, sagas);
  exposePools(registry, pools);
  exposeMeters(registry, meters);
  new Counter({
    name: 'spans_dropped_total',
    help: 'Spans that were finished and could not be exported.',
    registers: [registry],
    collect() {
      this.reset();
      for (const recorder of recorders) this.inc(recorder.dropped());
    },
  });
  return {
    readOutbox: (service, read) => void outboxes.set(service, read),
    readSagas: (service, saga, read) =>
      void sagas.set(`${service}/${saga}`, { service, saga, read }),
    readPools: (service, read) => void pools.set(service, read),
    readMeter: (service, read) => void meters.set(service, read),
    readDroppedSpans: (recorder) => void recorders.add(recorder),
  };
}

function exposeBacklogs(
  registry: Registry,
  outboxes: ReadonlyMap<string, () => Backlog>,
  sagas: ReadonlyMap<string, SagaSource>,
): void {
  const outbox = (name: string, help: string, told: (backlog: Backlog) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['service'],
      registers: [registry],
      collect() {
        for (const [service, read] of outboxes) this.set({ service }, told(read()));
      },
    });
  const saga = (name: string, help: string, told: (backlog: Backlog) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['service', 'saga'],
      registers: [registry],
      collect() {
        for (const source of sagas.values()) {
          this.set({ service: source.service, saga: source.saga }, told(source.read()));
        }
      },
    });
  const ageSeconds = ({ oldestAgeMs }: Backlog) => oldestAgeMs / 1_000;
  const count = (backlog: Backlog) => backlog.count;
  outbox('outbox_oldest_age_seconds', 'Age of the oldest event the relay took up.', ageSeconds);
  outbox('outbox_waiting', 'Events that the relay took up and has not published.', count);
  saga('saga_oldest_age_seconds', 'How long the oldest saga here has had work to do.', ageSeconds);
  saga('sagas_under_way', 'Sagas with work to do that this process took up.', count);
}

function exposePools(
  registry: Registry,
  pools: ReadonlyMap<string, () => readonly PoolUse[]>,
): void {
  new Gauge({
    name: 'db_pool_connections',
    help: 'Connections used and idle, and callers waiting for one.',
    labelNames: ['service', 'role', 'state'],
    registers: [registry],
    collect() {
      for (const [service, read] of pools) {
        for (const { role, open, used, waiting } of read()) {
          this.set({ service, role, state: 'used' }, used);
          this.set({ service, role, state: 'idle' }, open - used);
          this.set({ service, role, state: 'waiting' }, waiting);
        }
      }
    },
  });
  new Gauge({
    name: 'db_pool_max',
    help: 'Most connections that the pool opens.',
    labelNames: ['service', 'role'],
    registers: [registry],
    collect() {
      for (const [service, read] of pools) {
        for (const { role, max } of read()) this.set({ service, role }, max);
      }
    },
  });
}

/** What quotas are spent by; the alert rules of the quota compiler are about it. */
function exposeMeters(
  registry: Registry,
  meters: ReadonlyMap<string, () => ReadonlyMap<string, number>>,
): void {
  new Counter({
    name: 'metered_use_total',
    help: 'Use of metered resources, as it is counted for the budget.',
    labelNames: ['service', 'meter'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [service, read] of meters) {
        for (const [meter, amount] of read()) this.inc({ service, meter }, amount);
      }
    },
  });
}
