import type { EventEnvelope } from '@mkt/contracts';
import type { Subscription } from '@mkt/service-kit';
import type { RedisConnections } from '../connections.ts';
import { createDispatch, type Entry } from './dispatch.ts';
import { type BusNames, groupOf } from './names.ts';
import { claimScript, deadLetterScript, exchangeScript, releaseScript } from './scripts.ts';
import type { BusTiming } from './timing.ts';
import { trimmedUnread } from './trimmed.ts';

export interface ReaderOptions {
  readonly redis: RedisConnections;
  readonly names: BusNames;
  readonly subscription: Subscription;
  readonly timing: BusTiming;
  /** Who this process is to the others of the same consumer; the same after a restart is best. */
  readonly identity: string;
  readonly streamLifetimeMs: number;
  readonly maxTries: number;
  readonly concurrency: number;
  readonly retryDelayMs: { readonly first: number; readonly max: number };
}

export interface Reader {
  stop(): Promise<void>;
}

/** Entries given to this process and not acknowledged yet, at most. */
const windowSize = 256;
/** Entries that one look passes at most, so that no script holds the server for long. */
const lookAtMost = 1_000;
const acknowledgeAtOnce = 64;
const reconnectPauseMs = { first: 100, max: 2_000 };
const deadLetterBounds = { maxEntries: 10_000, reasonLength: 500 } as const;
const trimCheckEveryMs = 3_600_000;

type Look =
  | { readonly kind: 'held'; readonly forMs: number }
  | { readonly kind: 'claim' }
  | { readonly kind: 'read'; readonly more: boolean };

/** Reads the stream for one consumer, as the only one of its processes that does. */
export function startReader(options: ReaderOptions): Reader {
  const { redis, names, subscription, timing, identity } = options;
  const { consumer, types } = subscription;
  const { log } = redis;
  const group = groupOf(consumer, types);
  const lease = names.lease(group);
  const wanted = new Set(types);
  let toAcknowledge: string[] = [];
  let isWoken = false;
  let wakeUp: () => void = () => {};
  let idleMs = timing.idleMinMs;
  let stopped = false;
  let trimCheckDueAtMs = 0;
  // What this consumer was given before, perhaps to a process that died, comes first.
  let mustClaim = true;
  let failures = 0;

  const dispatch = createDispatch({
    concurrency: options.concurrency,
    retryDelayMs: options.retryDelayMs,
    maxTries: options.maxTries,
    handle: (event) => subscription.handle(event),
    onDone(id) {
      toAcknowledge.push(id);
      if (dispatch.size === 0 || toAcknowledge.length >= acknowledgeAtOnce) wakeUp();
    },
    onFailure({ event }, error, attempts) {
      log.warn(
        { service: consumer, eventId: event.id, eventType: event.type, attempts, err: error },
        'event could not be handed over; it stays on the bus',
      );
    },
    setAside: ({ id, event }, reason, tries) => setAside(id, JSON.stringify(event), reason, tries),
  });

  async function setAside(
    id: string,
    event: string,
    reason: unknown,
    deliveries: number,
  ): Promise<void> {
    await redis.run(
      deadLetterScript,
      [names.stream, names.deadLetters],
      [
        ...[group, id, event, consumer],
        String(reason).slice(0, deadLetterBounds.reasonLength),
        ...[deliveries, deadLetterBounds.maxEntries, options.streamLifetimeMs],
      ],
    );
    redis.metrics.deadLettered.inc({ consumer });
    log.error(
      { service: consumer, attempts: deliveries, reason: String(reason).slice(0, 200) },
      'event set aside as a dead letter of the bus',
    );
  }

  /** Says what the stream holds that this process should handle; what it cannot read goes aside. */
  async function entriesOf(rows: readonly Row[]): Promise<Entry[]> {
    const entries: Entry[] = [];
    for (const [id, text, deliveries = 1, type] of rows) {
      if (type !== undefined && !wanted.has(type)) toAcknowledge.push(id);
      else {
        const event = eventOf(text);
        if (event) entries.push({ id, event, deliveries });
        else await setAside(id, text, 'it is no event', deliveries);
      }
    }
    return entries;
  }

  async function exchange(): Promise<Look> {
    // A copy: events are done while the answer is on its way, and must not be taken for sent.
    const acknowledging = [...toAcknowledge];
    const room = windowSize - dispatch.size;
    const reply = (await redis.run(
      exchangeScript,
      [names.stream, lease],
      [
        ...[group, identity, timing.leaseMs, room, lookAtMost, options.streamLifetimeMs],
        ...[types.length, ...types, ...acknowledging],
      ],
    )) as ['held', number] | ['claim'] | ['read', number, Row[]];
    toAcknowledge = toAcknowledge.slice(acknowledging.length);
    if (reply[0] === 'held') return { kind: 'held', forMs: Math.max(reply[1], 0) };
    if (reply[0] === 'claim') return { kind: 'claim' };
    const entries = await entriesOf(reply[2]);
    dispatch.add(entries);
    if (entries.length > 0) idleMs = timing.idleMinMs;
    return { kind: 'read', more: reply[1] === 1 };
  }

  /** Takes over what earlier holders left, before anything newer is read. */
  async function claim(): Promise<Look> {
    let from = '0-0';
    do {
      const reply = (await redis.run(
        claimScript,
        [names.stream, lease],
        [group, identity, timing.leaseMs, from, windowSize, options.streamLifetimeMs],
      )) as ['held', number] | ['claimed', string, Row[], number];
      if (reply[0] === 'held') return { kind: 'held', forMs: Math.max(reply[1], 0) };
      dispatch.add(await entriesOf(reply[2]));
      if (reply[3] > 0) reportTrimmed(reply[3]);
      from = reply[1];
    } while (from !== '0-0' && !stopped);
    return { kind: 'read', more: true };
  }

  function reportTrimmed(count: number): void {
    redis.metrics.trimmedUnread.inc({ consumer });
    const next = 'publish them again from the outboxes, which keep them for 7 days';
    log.error({ service: consumer, count, next }, 'the bus dropped events before they were read');
  }

  async function checkTrimmed(): Promise<void> {
    if (performance.now() < trimCheckDueAtMs) return;
    trimCheckDueAtMs = performance.now() + trimCheckEveryMs;
    const count = await trimmedUnread(redis, names.stream, group);
    if (count > 0) reportTrimmed(count);
  }

  /** Waits for a wake, for handled events to acknowledge, or for the time to look by oneself. */
  async function pause(ms: number): Promise<void> {
    if (isWoken || stopped) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    wakeUp = resolve;
    const limit = setTimeout(resolve, ms);
    await promise;
    clearTimeout(limit);
    wakeUp = () => {};
  }

  function wake(): void {
    isWoken = true;
    wakeUp();
  }

  function pauseAfter(look: Look): number {
    if (look.kind === 'held') return Math.min(timing.standbyMaxMs, look.forMs + 50);
    if (look.kind === 'claim' || (look.more && dispatch.size < windowSize)) return 0;
    if (toAcknowledge.length > 0 && dispatch.size === 0) return 0;
    if (toAcknowledge.length > 0) return timing.acknowledgeWithinMs;
    // The lease must not end while something is under way.
    if (dispatch.size > 0) return timing.leaseMs / 3;
    const longest = redis.hearing.isComplete() ? timing.idleMaxMs : timing.deafMaxMs;
    const ms = Math.min(idleMs, longest);
    idleMs = Math.min(idleMs * 2, timing.idleMaxMs);
    return ms;
  }

  /** One look, and how long to wait after it. */
  async function lookOnce(): Promise<number> {
    const look: Look = mustClaim ? await claim() : await exchange();
    mustClaim = look.kind === 'claim';
    failures = 0;
    if (look.kind === 'held') dispatch.dropWaiting();
    else await checkTrimmed();
    return pauseAfter(look);
  }

  function pauseAfterFailure(error: unknown): number {
    // An answer that was lost may have held entries: they are ours, and older than what comes.
    mustClaim = true;
    failures += 1;
    if (redis.isAvailable()) log.warn({ service: consumer, err: error }, 'the bus cannot be read');
    const { first, max } = reconnectPauseMs;
    return Math.min(max, first * 2 ** (failures - 1));
  }

  async function loop(): Promise<void> {
    while (!stopped) {
      isWoken = false;
      const ms = await lookOnce().catch(pauseAfterFailure);
      if (ms > 0) await pause(ms);
    }
  }

  const stopHearing = redis.hearing.hear(names.wakes, {
    onMessage: (message) => {
      if (wanted.has(message) || message === group) wake();
    },
    onBegin: wake,
  });
  const stopWatching = redis.onAvailable(wake);
  const looping = loop();

  return {
    async stop() {
      stopped = true;
      wakeUp();
      stopHearing();
      stopWatching();
      await dispatch.stop();
      await looping;
      if (!redis.isAvailable()) return;
      await redis
        .run(
          releaseScript,
          [names.stream, lease],
          [group, identity, names.wakes, group, ...toAcknowledge],
        )
        .catch(() => {});
    },
  };
}

/** Id and event; when it was given out before, also how often, and its type. */
type Row = readonly [id: string, event: string, deliveries?: number, type?: string];

function eventOf(text: string): EventEnvelope | undefined {
  try {
    const event = JSON.parse(text) as EventEnvelope | null;
    return typeof event?.id === 'string' && typeof event.aggregateId === 'string'
      ? event
      : undefined;
  } catch {
    return undefined;
  }
}
