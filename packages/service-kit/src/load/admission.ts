import type { Refusal } from '@mkt/kernel';
import type { AdaptiveLimit } from './adaptive-limit.ts';

/** Who goes first when not everybody can be served, first to last. */
export const priorities = ['checkout', 'browsing', 'console', 'bot'] as const;
export type Priority = (typeof priorities)[number];

/** Said by the gateway to the services behind it; what a client says is overwritten there. */
export const priorityHeader = 'x-mkt-priority';

export function priorityIn(headers: Readonly<Record<string, unknown>>): Priority {
  const said = headers[priorityHeader];
  return priorities.find((priority) => priority === said) ?? 'browsing';
}

export const overloaded: Refusal = {
  code: 'OVERLOADED',
  detail: 'More is asked than can be answered at the moment. Nothing was changed; try again.',
  data: { retryAfterSeconds: 2 },
};

export interface AdmissionOptions {
  readonly limit: AdaptiveLimit;
  /** Requests that wait at the most, over all priorities. */
  readonly maxQueued: number;
  /** How long one waits at the most, by priority: who would have given up is not served. */
  readonly maxWaitMs: Readonly<Record<Priority, number>>;
  /** The share of the places, and of the queue, that one tenant may hold. */
  readonly tenantShare: number;
  /** The same for the service that does the work; all of it unless given. */
  readonly serviceShare?: number;
}

export interface Entrance {
  readonly priority: Priority;
  /** What is asked, such as a route: its times are held against each other. */
  readonly kind: string;
  /** Whose work it is, where one tenant's must not crowd out another's. */
  readonly tenant?: string | undefined;
  /** Who does it, where one service that hangs must not keep the others from being asked. */
  readonly service?: string | undefined;
}

/** Given with a place; `done` gives the place back, once. */
export interface Admitted {
  done(outcome?: WorkOutcome): void;
}

/**
 * What became of work in a place. `unheard`: whoever was to do it said nothing, which tells of him
 * and nothing of the load here.
 */
export type WorkOutcome = 'answered' | 'failed' | 'unheard';

export interface Admission {
  /** A place for a request, at once or after a wait; undefined where it is turned away. */
  enter(entrance: Entrance): Promise<Admitted | undefined>;
  /** Whoever comes now with this priority finds no place, not even to wait. */
  turnsAway(priority: Priority): boolean;
  /** How many may be under way at once, as learned. */
  readonly places: number;
  readonly underWay: number;
  readonly queued: number;
}

interface Waiting extends Entrance {
  readonly settle: (admitted: Admitted | undefined) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * Bounds what is under way at once. Who finds no place waits, within bounds; a request of a higher
 * priority takes the place in the queue of the one that came last among the lowest. A tenant or a
 * service that holds its share waits for itself, and others pass it by.
 */
export function createAdmission(options: AdmissionOptions): Admission {
  const queues = new Map(priorities.map((priority) => [priority, new Set<Waiting>()]));
  const { tenantShare, serviceShare = 1 } = options;
  const placesOf = new Map<string, number>();
  const waitingOf = new Map<string, number>();
  const placesOfService = new Map<string, number>();
  const waitingOfService = new Map<string, number>();
  let underWay = 0;
  let queued = 0;

  const hasPlace = (): boolean => underWay < options.limit.current;
  const holdsItsShare = ({ tenant, service }: Entrance): boolean =>
    holds(placesOf, tenant, options.limit.current * tenantShare) ||
    holds(placesOfService, service, options.limit.current * serviceShare);
  const fillsTheQueue = ({ tenant, service }: Entrance): boolean =>
    holds(waitingOf, tenant, options.maxQueued * tenantShare) ||
    holds(waitingOfService, service, options.maxQueued * serviceShare);

  function admit({ kind, tenant, service }: Entrance): Admitted {
    underWay += 1;
    count(placesOf, tenant, 1);
    count(placesOfService, service, 1);
    const startedAt = performance.now();
    const withMe = underWay;
    let isOver = false;
    return {
      done(outcome = 'answered') {
        if (isOver) return;
        isOver = true;
        underWay -= 1;
        count(placesOf, tenant, -1);
        count(placesOfService, service, -1);
        const tookMs = performance.now() - startedAt;
        if (outcome === 'answered') options.limit.observe(kind, tookMs, withMe);
        if (outcome === 'failed') options.limit.observeFailure(kind, tookMs, withMe);
        admitWaiting();
      },
    };
  }

  function leave(waiting: Waiting): void {
    clearTimeout(waiting.timer);
    queues.get(waiting.priority)?.delete(waiting);
    count(waitingOf, waiting.tenant, -1);
    count(waitingOfService, waiting.service, -1);
    queued -= 1;
  }

  function admitWaiting(): void {
    while (hasPlace()) {
      const next = nextInLine();
      if (!next) return;
      leave(next);
      next.settle(admit(next));
    }
  }

  const placesOfTenant = ({ tenant }: Entrance): number =>
    tenant === undefined ? 0 : (placesOf.get(tenant) ?? 0);

  /** Among the most urgent whoever has the fewest places, and of those who came first. */
  function nextInLine(): Waiting | undefined {
    for (const queue of queues.values()) {
      const next = fewestPlaces(queue);
      if (next) return next;
    }
    return undefined;
  }

  function fewestPlaces(queue: ReadonlySet<Waiting>): Waiting | undefined {
    let next: Waiting | undefined;
    for (const waiting of queue) {
      if (holdsItsShare(waiting)) continue;
      if (placesOfTenant(waiting) === 0) return waiting;
      if (!next || placesOfTenant(waiting) < placesOfTenant(next)) next = waiting;
    }
    return next;
  }

  const lowerThan = (priority: Priority): Priority[] =>
    priorities.slice(priorities.indexOf(priority) + 1).toReversed();

  /** Makes room in the queue at the cost of somebody less urgent; false where nobody is. */
  function makeRoom(priority: Priority): boolean {
    for (const lower of lowerThan(priority)) {
      const last = [...(queues.get(lower) ?? [])].at(-1);
      if (!last) continue;
      leave(last);
      last.settle(undefined);
      return true;
    }
    return false;
  }

  /** Somebody as urgent or more, who could go in, was here before. */
  function isBehind(priority: Priority): boolean {
    for (const urgent of priorities.slice(0, priorities.indexOf(priority) + 1)) {
      for (const waiting of queues.get(urgent) ?? []) if (!holdsItsShare(waiting)) return true;
    }
    return false;
  }

  function wait(entrance: Entrance): Promise<Admitted | undefined> {
    return new Promise((settle) => {
      const timer = setTimeout(() => {
        leave(waiting);
        settle(undefined);
      }, options.maxWaitMs[entrance.priority]);
      timer.unref();
      const waiting: Waiting = { ...entrance, settle, timer };
      queues.get(entrance.priority)?.add(waiting);
      count(waitingOf, entrance.tenant, 1);
      count(waitingOfService, entrance.service, 1);
      queued += 1;
    });
  }

  return {
    async enter(entrance) {
      const { priority } = entrance;
      if (hasPlace() && !holdsItsShare(entrance) && !isBehind(priority)) return admit(entrance);
      if (fillsTheQueue(entrance)) return undefined;
      if (queued >= options.maxQueued && !makeRoom(priority)) return undefined;
      return wait(entrance);
    },
    turnsAway(priority) {
      if (queued < options.maxQueued || hasPlace()) return false;
      return lowerThan(priority).every((lower) => queues.get(lower)?.size === 0);
    },
    get places() {
      return options.limit.current;
    },
    get underWay() {
      return underWay;
    },
    get queued() {
      return queued;
    },
  };
}

type Counts = Map<string, number>;

function count(counts: Counts, holder: string | undefined, change: 1 | -1): void {
  if (holder === undefined) return;
  const now = (counts.get(holder) ?? 0) + change;
  if (now === 0) counts.delete(holder);
  else counts.set(holder, now);
}

function holds(counts: Counts, holder: string | undefined, share: number): boolean {
  return holder !== undefined && (counts.get(holder) ?? 0) >= Math.max(1, Math.floor(share));
}
