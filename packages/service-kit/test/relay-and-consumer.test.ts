// size: one way of an event, from outbox to dead letter
import { type EventEnvelope, inventoryStockChanged, shipmentDelivered } from '@mkt/contracts';
import { uuidv7 } from '@mkt/kernel';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import {
  createSubscription,
  type ReplayableSubscription,
  type RetrySchedule,
} from '../src/events/consumer.ts';
import { createRelay, type Relay } from '../src/events/relay.ts';
import {
  consume,
  createDeadLetters,
  createInProcessBus,
  createLogger,
  createMeter,
  createMetrics,
  type Database,
  type EventBus,
  Fault,
  type FaultPoint,
  type NewEvent,
  noFaults,
  platformScope,
  type Tx,
} from '../src/index.ts';
import { gate, poll, sampleEvent } from '../src/testing/contracts/index.ts';
import { createTestDatabase, type TestDatabase } from '../src/testing/index.ts';
import { sampleMigrationsDir, stockChanged } from './stock-changes.ts';

/** What the consumer does besides noting the event; tests make it fail or take long. */
let beforeNote: (event: EventEnvelope) => Promise<void>;
let database: TestDatabase;
let publisher: Database;
let consumerDb: Database;
let bus: EventBus;
let metrics = createMetrics();
let relays: Relay[];

beforeAll(async () => {
  database = await createTestDatabase(inject('postgresUrl'), [
    { service: 'inventory', migrationsDir: sampleMigrationsDir },
    { service: 'search', migrationsDir: sampleMigrationsDir },
  ]);
  publisher = database.forService('inventory');
  consumerDb = database.forService('search');
});
afterAll(() => database.drop());
beforeEach(() => {
  beforeNote = async () => {};
  bus = createInProcessBus();
  metrics = createMetrics();
  relays = [];
});
afterEach(async () => {
  await Promise.all(relays.map((relay) => relay.stop()));
  await bus.close();
  await database.admin(
    'TRUNCATE inventory.outbox, search.inbox, search.dead_letters, search.notes, search.outbox',
  );
});

async function note(tx: Tx, event: EventEnvelope): Promise<void> {
  await tx.query('INSERT INTO notes (id, vendor_id, body, version) VALUES ($1, $2, $3, $4)', [
    uuidv7(),
    event.aggregateId,
    event.id,
    event.aggregateVersion,
  ]);
  await beforeNote(event);
}

const quick: RetrySchedule = { defectMs: [1, 1, 1], outageMs: [1, 1, 1, 5, 5, 5] };

function subscription(retries = quick): ReplayableSubscription {
  return createSubscription({
    service: 'search',
    db: consumerDb,
    log: createLogger('silent'),
    metrics,
    consumers: [consume(inventoryStockChanged, note)],
    retries,
    sweepIntervalMs: 3_600_000,
  });
}

interface RelaySettings {
  readonly faultPoint?: FaultPoint;
  readonly soleProcess?: boolean;
}

async function startRelay({ faultPoint = noFaults, soleProcess = true }: RelaySettings = {}) {
  const relay = createRelay({
    service: 'inventory',
    db: publisher,
    bus,
    log: createLogger('silent'),
    meter: createMeter(),
    metrics,
    faultPoint,
    soleProcess,
    sweepIntervalMs: 3_600_000,
  });
  relays.push(relay);
  await relay.start();
  await relay.idle();
  return relay;
}

const emit = (...events: readonly NewEvent[]): Promise<void> =>
  publisher.transaction(platformScope, async (tx) => {
    for (const event of events) tx.emit(event);
  });

async function rows(sql: string, params: readonly unknown[] = []) {
  return (await database.admin(sql, params)).rows;
}

/** Versions that the consumer noted for an aggregate, in the order it took them. */
async function noted(aggregateId: string): Promise<number[]> {
  const found = await rows('SELECT version FROM search.notes WHERE vendor_id = $1 ORDER BY id', [
    aggregateId,
  ]);
  return found.map((row) => row.version as number);
}

const unpublished = (): Promise<unknown[]> =>
  rows('SELECT id FROM inventory.outbox WHERE published_at IS NULL');

const consumed = async (outcome: string): Promise<number> => {
  const { values } = await metrics.eventsConsumed.get();
  return values.find(({ labels }) => labels.outcome === outcome)?.value ?? 0;
};

/** The value of a metric with one series. */
async function told(name: string): Promise<number> {
  const text = await metrics.registry.getSingleMetricAsString(name);
  return Number(text.split(' ').at(-1));
}

describe('from the outbox to the consumer', () => {
  test('an event travels after its transaction’s commit, with all it was stored with', async () => {
    const heard: EventEnvelope[] = [];
    bus.listen([inventoryStockChanged.type], (event) => heard.push(event));
    bus.subscribe(subscription());
    const relay = await startRelay();
    const id = uuidv7();
    const event = stockChanged(id, 4);
    await emit(event);
    await relay.idle();
    expect(await noted(id)).toEqual([4]);
    expect(heard).toHaveLength(1);
    expect(heard[0]).toMatchObject({
      type: inventoryStockChanged.type,
      version: 1,
      aggregateId: id,
      aggregateVersion: 4,
      vendorId: event.vendorId,
      payload: event.payload,
    });
    expect(await unpublished()).toEqual([]);
  });

  test('an event of a transaction that rolls back is never published', async () => {
    bus.subscribe(subscription());
    const relay = await startRelay();
    const id = uuidv7();
    const failing = publisher.transaction(platformScope, async (tx) => {
      tx.emit(stockChanged(id));
      throw new Error('out of stock');
    });
    await expect(failing).rejects.toThrow('out of stock');
    relay.nudge();
    await relay.idle();
    expect(await noted(id)).toEqual([]);
    expect(await rows('SELECT id FROM inventory.outbox')).toEqual([]);
  });

  test('an event delivered many times, also at once, takes effect once', async () => {
    const handler = subscription();
    const event = sampleEvent();
    await Promise.all(Array.from({ length: 6 }, () => handler.handle(event)));
    await handler.handle(event);
    expect(await noted(event.aggregateId)).toEqual([1]);
    expect(await consumed('applied')).toBe(1);
    expect(await consumed('duplicate')).toBe(6);
  });

  test('a crash after the delivery repeats it without a second effect', async () => {
    bus.subscribe(subscription());
    const crashing = await startRelay({
      faultPoint: (name) => {
        if (name === 'relay.inventory.delivered') throw new Error('crashed');
      },
    });
    const id = uuidv7();
    await emit(stockChanged(id));
    await crashing.idle();
    await crashing.stop();
    expect(await noted(id)).toEqual([1]);
    expect(await unpublished()).toHaveLength(1);

    await startRelay();
    expect(await noted(id)).toEqual([1]);
    expect(await unpublished()).toEqual([]);
    expect(await consumed('duplicate')).toBe(1);
  });

  test('a failing bus leaves the event in the outbox until it can be delivered', async () => {
    let down = true;
    const seen: string[] = [];
    bus.subscribe({
      consumer: 'search',
      types: [inventoryStockChanged.type],
      async handle(event) {
        if (down) throw new Error('not reachable');
        seen.push(event.id);
      },
    });
    const relay = await startRelay();
    await emit(stockChanged(uuidv7()));
    await relay.idle();
    expect(await unpublished()).toHaveLength(1);
    expect(await told('outbox_waiting')).toBe(1);
    expect(await told('outbox_oldest_age_seconds')).toBeGreaterThan(0);
    down = false;
    relay.nudge();
    await relay.idle();
    expect(seen).toHaveLength(1);
    expect(await unpublished()).toEqual([]);
    expect(await told('outbox_waiting')).toBe(0);
    expect(await told('outbox_oldest_age_seconds')).toBe(0);
  });

  test('a bus that is back gets what it refused at once, not at the next try', async () => {
    const listeners = new Set<() => void>();
    let down = true;
    const taken: string[] = [];
    bus = {
      ...createInProcessBus(),
      async publish(event) {
        if (down) throw new Error('not reachable');
        taken.push(event.id);
      },
      onAvailable(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    };
    const relay = await startRelay();
    for (const listener of listeners) listener();
    await relay.idle();
    await emit(stockChanged(uuidv7()));
    await relay.idle();
    expect(await unpublished()).toHaveLength(1);
    down = false;
    for (const listener of listeners) listener();
    await relay.idle();
    expect(taken).toHaveLength(1);
    await relay.stop();
    expect(listeners.size).toBe(0);
  });

  test('a consumer’s own events and changes go together with its receipt', async () => {
    beforeNote = async () => {
      throw new Error('after the note');
    };
    const event = sampleEvent();
    await subscription().handle(event);
    expect(await noted(event.aggregateId)).toEqual([]);
    expect(await rows('SELECT event_id FROM search.inbox')).toEqual([]);
  });
});

describe('the order of one aggregate’s events', () => {
  const versions = Array.from({ length: 40 }, (_, at) => at + 1);

  test('is kept over several batches, whatever each event takes', async () => {
    const aggregates = [uuidv7(), uuidv7(), uuidv7()];
    beforeNote = async (event) => {
      for (let turn = event.aggregateVersion % 4; turn < 4; turn += 1) await nextTurn();
    };
    bus.subscribe(subscription());
    await emit(...versions.flatMap((version) => aggregates.map((id) => stockChanged(id, version))));
    await startRelay();
    for (const id of aggregates) expect(await noted(id)).toEqual(versions);
    expect(await unpublished()).toEqual([]);
  });

  test('is kept when one of them cannot be delivered at first; others do not wait', async () => {
    const [held, free] = [uuidv7(), uuidv7()];
    const handler = subscription();
    let down = true;
    bus.subscribe({
      ...handler,
      async handle(event) {
        if (down && event.aggregateId === held && event.aggregateVersion === 2) {
          throw new Error('not reachable');
        }
        await handler.handle(event);
      },
    });
    const both = [1, 2, 3].flatMap((version) =>
      [held, free].map((id) => stockChanged(id, version)),
    );
    await emit(...both);
    const relay = await startRelay();
    expect(await noted(held)).toEqual([1]);
    expect(await noted(free)).toEqual([1, 2, 3]);
    down = false;
    relay.nudge();
    await relay.idle();
    expect(await noted(held)).toEqual([1, 2, 3]);
  });

  test('is kept over two relays: a later event waits for the earlier one’s relay', async () => {
    const id = uuidv7();
    const first = gate();
    beforeNote = async (event) => {
      if (event.aggregateVersion === 1) await first.passed;
    };
    bus.subscribe(subscription());
    const a = await startRelay({ soleProcess: false });
    await emit(stockChanged(id, 1));
    const leased = 'SELECT id FROM inventory.outbox WHERE lease_until > now()';
    await poll(async () => (await rows(leased)).length > 0);
    // The newest relay is the one that a commit nudges.
    const b = await startRelay({ soleProcess: false });
    await emit(stockChanged(id, 2));
    await b.idle();
    expect(await unpublished()).toHaveLength(2);
    first.open();
    await a.idle();
    b.nudge();
    await Promise.all([a.idle(), b.idle()]);
    expect(await noted(id)).toEqual([1, 2]);
  });
});

describe('leases of a crashed relay', () => {
  const crashed: FaultPoint = (name) => {
    if (name === 'relay.inventory.claimed') throw new Error('crashed');
  };

  async function leaveLeases(): Promise<string> {
    const crashing = await startRelay({ faultPoint: crashed });
    const id = uuidv7();
    await emit(stockChanged(id));
    await crashing.idle();
    await crashing.stop();
    expect(await noted(id)).toEqual([]);
    return id;
  }

  test('are taken over at once by the only process there is', async () => {
    bus.subscribe(subscription());
    const id = await leaveLeases();
    await startRelay({ soleProcess: true });
    expect(await noted(id)).toEqual([1]);
  });

  test('that an answer which was lost has given to the only process are taken back soon', async () => {
    const asked = publisher;
    let claims = 0;
    publisher = {
      ...asked,
      async query<Found extends Record<string, unknown>>(sql: string, params?: readonly unknown[]) {
        const found = await asked.query<Found>(sql, params);
        if (!sql.includes('SET lease_until = now()')) return found;
        claims += 1;
        // The look at the start finds nothing; the next takes the event, and nobody hears of it.
        if (claims === 2) throw new Fault('DEPENDENCY_UNAVAILABLE', 'cut off');
        return found;
      },
    };
    try {
      bus.subscribe(subscription());
      await startRelay();
      const id = uuidv7();
      await emit(stockChanged(id));
      await poll(async () => (await noted(id)).length === 1);
      expect(claims).toBeGreaterThan(2);
    } finally {
      publisher = asked;
    }
  });

  test('are respected by one of several processes until they run out', async () => {
    bus.subscribe(subscription());
    const id = await leaveLeases();
    const other = await startRelay({ soleProcess: false });
    expect(await noted(id)).toEqual([]);
    await database.admin(`UPDATE inventory.outbox SET lease_until = now() - interval '1 s'`);
    other.nudge();
    await other.idle();
    expect(await noted(id)).toEqual([1]);
  });
});

describe('an event that cannot be applied', () => {
  const deadLetters = () => rows('SELECT * FROM search.dead_letters');

  test('is parked after its last try and holds nothing up', async () => {
    const id = uuidv7();
    let tries = 0;
    beforeNote = async (event) => {
      if (event.aggregateVersion !== 1) return;
      tries += 1;
      throw new Error('cannot be');
    };
    bus.subscribe(subscription());
    const relay = await startRelay();
    await emit(stockChanged(id, 1), stockChanged(id, 2));
    await relay.idle();
    expect(tries).toBe(4);
    expect(await deadLetters()).toMatchObject([
      {
        type: inventoryStockChanged.type,
        envelope: { aggregateId: id, aggregateVersion: 1 },
        reason: 'Error: cannot be',
        attempts: 4,
        replayed_at: null,
      },
    ]);
    expect(await noted(id)).toEqual([2]);
    expect(await unpublished()).toEqual([]);
    expect(await consumed('dead')).toBe(1);
    expect(await told('dead_letters_total')).toBe(1);
    expect(await consumed('retried')).toBe(3);
  });

  test('is applied without being parked when a later try succeeds', async () => {
    let tries = 0;
    beforeNote = async () => {
      tries += 1;
      if (tries < 4) throw new Error('not yet');
    };
    const event = sampleEvent();
    await subscription().handle(event);
    expect(await noted(event.aggregateId)).toEqual([1]);
    expect(await deadLetters()).toEqual([]);
  });

  test('is tried for longer while the outside world fails: an outage is not the event’s fault', async () => {
    let tries = 0;
    beforeNote = async () => {
      tries += 1;
      if (tries <= 6) throw new Fault('DEPENDENCY_UNAVAILABLE', 'away');
    };
    const event = sampleEvent();
    await subscription().handle(event);
    expect([tries, await noted(event.aggregateId)]).toEqual([7, [1]]);
    expect(await deadLetters()).toEqual([]);
    tries = Number.NEGATIVE_INFINITY;
    const other = sampleEvent();
    await subscription().handle(other);
    expect(await deadLetters()).toMatchObject([{ event_id: other.id, attempts: 7 }]);
  });

  test('is left to the bus when its service stops before the next try', async () => {
    beforeNote = async () => {
      throw new Fault('DEPENDENCY_UNAVAILABLE', 'away');
    };
    const stopping = subscription({ defectMs: [], outageMs: [3_600_000] });
    const handling = stopping.handle(sampleEvent());
    await poll(async () => (await consumed('retried')) === 1);
    stopping.stop();
    await expect(handling).rejects.toThrow('aborted');
    expect(await deadLetters()).toEqual([]);
  });

  test('is applied by a replay once the cause is gone, and only once', async () => {
    beforeNote = async () => {
      throw new Error('cannot be');
    };
    const event = sampleEvent();
    const handler = subscription();
    await handler.handle(event);
    const letters = createDeadLetters(consumerDb, handler);
    expect(await letters.replay(event.id)).toMatchObject({
      outcome: 'failed',
      reason: 'Error: cannot be',
    });
    expect(await deadLetters()).toMatchObject([{ attempts: 5, replayed_at: null }]);
    expect(await letters.countWaiting()).toBe(1);

    beforeNote = async () => {};
    const outcomes = await Promise.all([1, 2, 3].map(() => letters.replay(event.id)));
    const times = (outcome: string) => outcomes.filter((one) => one?.outcome === outcome).length;
    expect([times('applied'), times('alreadyApplied')]).toEqual([1, 2]);
    expect(await noted(event.aggregateId)).toEqual([1]);
    expect(await deadLetters()).toMatchObject([{ replayed_at: expect.any(Date) }]);
    expect(await letters.countWaiting()).toBe(0);

    expect(await letters.replay(event.id)).toMatchObject({ outcome: 'alreadyApplied' });
    expect(await noted(event.aggregateId)).toEqual([1]);
  });

  test('has no replay where it was never parked', async () => {
    const letters = createDeadLetters(consumerDb, subscription());
    expect(await letters.replay(uuidv7())).toBeUndefined();
  });

  test('is parked at the first try when its version is unknown', async () => {
    const event = sampleEvent(inventoryStockChanged, { version: 99 });
    await subscription().handle(event);
    expect(await deadLetters()).toMatchObject([
      { event_id: event.id, attempts: 1, reason: expect.stringContaining('version 99') },
    ]);
    expect(await noted(event.aggregateId)).toEqual([]);
  });

  test('is parked when its payload is not what the contract says', async () => {
    const payload = { ...inventoryStockChanged.sample, available: 'many' };
    const event = sampleEvent(inventoryStockChanged, { payload });
    await subscription().handle(event);
    expect(await deadLetters()).toMatchObject([{ event_id: event.id, envelope: { payload } }]);
    expect(await noted(event.aggregateId)).toEqual([]);
  });

  test('goes back to the publisher when it cannot even be parked', async () => {
    beforeNote = async () => {
      throw new Error('cannot be');
    };
    await database.admin('ALTER TABLE search.dead_letters RENAME TO dead_letters_away');
    const handling = subscription().handle(sampleEvent());
    await expect(handling).rejects.toThrow('dead_letters');
    await database.admin('ALTER TABLE search.dead_letters_away RENAME TO dead_letters');
  });

  test('is ignored by a consumer that has no interest in its type', async () => {
    await subscription().handle(sampleEvent(shipmentDelivered));
    expect(await rows('SELECT event_id FROM search.inbox')).toEqual([]);
    expect(await deadLetters()).toEqual([]);
  });
});

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
