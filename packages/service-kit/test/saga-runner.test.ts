// size: one runner with each thing that can happen to a saga
import { fileURLToPath } from 'node:url';
import { fixedClock, uuidv7 } from '@mkt/kernel';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import {
  createLogger,
  createMetrics,
  createSagaRunner,
  currentContext,
  type Database,
  Fault,
  type FaultPoint,
  type Metrics,
  newContext,
  noFaults,
  platformScope,
  runInContext,
  type SagaDefinition,
  type SagaRunner,
} from '../src/index.ts';
import { gate, poll } from '../src/testing/contracts/index.ts';
import { createTestDatabase, type TestDatabase } from '../src/testing/index.ts';

/** A parcel is packed and sent by commands, then waits for scans until it is closed or overdue. */
interface Parcel {
  readonly stage: 'new' | 'packing' | 'sending' | 'waiting' | 'overdue' | 'failed' | 'closed';
  readonly scans: readonly string[];
}
type Input =
  | 'begin'
  | 'packed'
  | 'sent'
  | 'overdue'
  | 'gaveUp'
  | 'close'
  | { readonly scan: string };
type Command = 'pack' | 'send';

const hourMs = 3_600_000;
const kind = 'parcel';
const fresh: Parcel = { stage: 'new', scans: [] };
const started = new Date('2026-03-01T10:00:00Z');

const decide: SagaDefinition<Parcel, Input, Command>['decide'] = (parcel, input, now) => {
  const move = (stage: Parcel['stage']) => ({ state: { ...parcel, stage }, step: stage });
  const waiting = { ...move('waiting'), dueAt: new Date(now.getTime() + hourMs) };
  if (typeof input === 'object') {
    return { ...waiting, state: { ...waiting.state, scans: [...parcel.scans, input.scan] } };
  }
  switch (input) {
    case 'begin':
      return { ...move('packing'), command: 'pack' };
    case 'packed':
      return { ...move('sending'), command: 'send' };
    case 'sent':
      return waiting;
    case 'overdue':
      return { ...move('overdue'), done: true };
    case 'gaveUp':
      return { ...move('failed'), done: true };
    case 'close':
      return { ...move('closed'), done: true };
  }
};

/** Stops a process in the middle: from this moment on it does nothing more. */
function crashAt(point: string): FaultPoint {
  return (name) => {
    if (name === point) throw new Error(`crashed at ${point}`);
  };
}

describe('the saga runner', () => {
  let database: TestDatabase;
  let db: Database;
  let clock = fixedClock(started);
  let running: SagaRunner<Parcel, Input>[] = [];
  /** Commands that were carried out, in order, over all runners. */
  let carriedOut: string[] = [];
  let execute: SagaDefinition<Parcel, Input, Command>['execute'];

  beforeAll(async () => {
    const migrationsDir = fileURLToPath(new URL('./sample-migrations', import.meta.url));
    database = await createTestDatabase(inject('postgresUrl'), [
      { service: 'inventory', migrationsDir },
    ]);
    db = database.forService('inventory', { platform: 12, vendor: 1 });
  });
  afterAll(() => database.drop());
  beforeEach(() => {
    clock = fixedClock(started);
    carriedOut = [];
    execute = async (command, { id }) => {
      carriedOut.push(`${command} ${id}`);
      return command === 'pack' ? 'packed' : 'sent';
    };
  });
  afterEach(async () => {
    await Promise.all(running.map((runner) => runner.stop()));
    running = [];
    await database.admin('TRUNCATE inventory.sagas, inventory.saga_signals, inventory.notes');
  });

  interface RunnerOptions {
    readonly faultPoint?: FaultPoint;
    readonly soleProcess?: boolean;
    readonly record?: SagaDefinition<Parcel, Input, Command>['record'];
    readonly metrics?: Metrics;
  }

  function newRunner({
    faultPoint = noFaults,
    soleProcess = true,
    record,
    metrics = createMetrics(),
  }: RunnerOptions = {}) {
    const runner = createSagaRunner<Parcel, Input, Command>(
      {
        kind,
        decide,
        execute: (command, saga) => execute(command, saga),
        gaveUp: () => 'gaveUp',
        deadlineInput: () => 'overdue',
        ...(record ? { record } : {}),
        maxAttempts: 3,
        retryDelayMs: { first: 1_000, max: 60_000 },
      },
      {
        service: 'inventory',
        db,
        clock,
        log: createLogger('silent'),
        metrics,
        faultPoint,
        soleProcess,
        sweepIntervalMs: hourMs,
      },
    );
    running.push(runner);
    return runner;
  }

  async function startOn(runner: SagaRunner<Parcel, Input>): Promise<string> {
    const id = uuidv7();
    await db.transaction(platformScope, (tx) => runner.start(tx, id, fresh, 'begin'));
    await runner.idle();
    return id;
  }

  const signalOn = (runner: SagaRunner<Parcel, Input>, id: string, input: Input): Promise<void> =>
    db.transaction(platformScope, (tx) => runner.signal(tx, id, input));

  async function rowOf(id: string) {
    const { rows } = await database.admin('SELECT * FROM inventory.sagas WHERE id = $1', [id]);
    return rows[0];
  }

  async function waitingSignals(): Promise<number> {
    const { rows } = await database.admin('SELECT count(*)::int AS n FROM inventory.saga_signals');
    return rows[0].n;
  }

  describe('driving', () => {
    test('carries commands out one after the other until the saga waits', async () => {
      const id = await startOn(newRunner());
      expect(carriedOut).toEqual([`pack ${id}`, `send ${id}`]);
      expect(await rowOf(id)).toMatchObject({
        step: 'waiting',
        command: null,
        finished_at: null,
        lease_until: null,
        due_at: new Date(started.getTime() + hourMs),
      });
    });

    test('starts nothing when the transaction that stores the saga rolls back', async () => {
      const runner = newRunner();
      const id = uuidv7();
      const rolledBack = db.transaction(platformScope, async (tx) => {
        await runner.start(tx, id, fresh, 'begin');
        throw new Error('no parcel after all');
      });
      await expect(rolledBack).rejects.toThrow('no parcel after all');
      await runner.idle();
      expect(carriedOut).toEqual([]);
      expect(await rowOf(id)).toBeUndefined();
    });

    test('writes the service’s own change in the transaction that stores the step', async () => {
      const steps: string[] = [];
      const runner = newRunner({
        async record(tx, { id, before, after, step }) {
          steps.push(`${before?.stage ?? 'nothing'} → ${after.stage}`);
          await tx.query('INSERT INTO notes (id, vendor_id, body) VALUES ($1, $2, $3)', [
            uuidv7(),
            id,
            step,
          ]);
          if (after.stage === 'closed') throw new Error('the note could not be kept');
        },
      });
      const id = await startOn(runner);
      await signalOn(runner, id, 'close');
      await runner.idle();
      expect(steps).toEqual([
        'nothing → packing',
        'packing → sending',
        'sending → waiting',
        'waiting → closed',
      ]);
      const { rows } = await database.admin('SELECT body FROM inventory.notes ORDER BY id');
      expect(rows.map((row) => row.body)).toEqual(['packing', 'sending', 'waiting']);
      expect(await rowOf(id)).toMatchObject({ step: 'waiting', finished_at: null });
      expect(await waitingSignals()).toBe(1);
    });

    test('advances as often as it is asked to and does the work once', async () => {
      const runner = newRunner();
      const id = uuidv7();
      await db.transaction(platformScope, (tx) =>
        runner.start(tx, id, fresh, 'begin', { advance: 'byCaller' }),
      );
      expect(carriedOut).toEqual([]);
      const states = await Promise.all(Array.from({ length: 8 }, () => runner.advance(id)));
      expect(states).toEqual(states.map(() => ({ stage: 'waiting', scans: [] })));
      expect(carriedOut).toEqual([`pack ${id}`, `send ${id}`]);
      await signalOn(runner, id, 'close');
      await runner.idle();
      expect(await runner.advance(id)).toBeUndefined();
      expect(await rowOf(id)).toMatchObject({ step: 'closed', finished_at: expect.any(Date) });
    });

    test('knows an id that is taken, also without a transaction of the caller’s', async () => {
      const runner = newRunner();
      const id = uuidv7();
      await runner.startAlone(id, fresh, 'begin');
      const again = runner.startAlone(id, fresh, 'begin');
      await expect(again).rejects.toMatchObject({ constraint: 'sagas_pkey' });
      expect(await runner.advance(id)).toEqual({ stage: 'waiting', scans: [] });
    });
  });

  describe('after a crash', () => {
    test('carries out the stored command that the crash left behind', async () => {
      const crashing = newRunner({ faultPoint: crashAt('parcel.sending') });
      const id = await startOn(crashing);
      await crashing.stop();
      expect(carriedOut).toEqual([`pack ${id}`]);
      expect(await rowOf(id)).toMatchObject({ step: 'sending', command: 'send' });

      const restarted = newRunner();
      await restarted.begin();
      await restarted.idle();
      expect(carriedOut).toEqual([`pack ${id}`, `send ${id}`]);
      expect(await rowOf(id)).toMatchObject({ step: 'waiting', command: null });
    });

    test('carries out the first command when the crash came right after the start', async () => {
      const crashing = newRunner({ faultPoint: crashAt('parcel.packing') });
      const id = uuidv7();
      await expect(
        db.transaction(platformScope, (tx) => crashing.start(tx, id, fresh, 'begin')),
      ).rejects.toThrow('crashed');
      await crashing.stop();
      expect(carriedOut).toEqual([]);

      const restarted = newRunner();
      await restarted.begin();
      await restarted.idle();
      expect(carriedOut).toEqual([`pack ${id}`, `send ${id}`]);
    });

    test('repeats a command whose outcome was not stored any more', async () => {
      const crashing = newRunner({ faultPoint: crashAt('parcel.sending.executed') });
      const id = await startOn(crashing);
      await crashing.stop();
      expect(carriedOut).toEqual([`pack ${id}`, `send ${id}`]);
      expect(await rowOf(id)).toMatchObject({ step: 'sending', command: 'send' });

      clock.advance(1_000);
      const restarted = newRunner();
      await restarted.begin();
      await restarted.idle();
      expect(carriedOut).toEqual([`pack ${id}`, `send ${id}`, `send ${id}`]);
      expect(await rowOf(id)).toMatchObject({ step: 'waiting', attempts: 0, last_error: null });
    });

    test('leaves a saga alone while another process may still drive it', async () => {
      const crashing = newRunner({ faultPoint: crashAt('parcel.sending') });
      const id = await startOn(crashing);
      await crashing.stop();

      const other = newRunner({ soleProcess: false });
      await other.begin();
      expect(await other.sweep()).toBe(0);
      expect(carriedOut).toEqual([`pack ${id}`]);

      await database.admin(`UPDATE inventory.sagas SET lease_until = now() - interval '1 s'`);
      expect(await other.sweep()).toBe(1);
      expect(carriedOut).toEqual([`pack ${id}`, `send ${id}`]);
    });
  });

  describe('deadlines', () => {
    test('come by the business clock, to the millisecond', async () => {
      const runner = newRunner();
      const id = await startOn(runner);
      clock.advance(hourMs - 1);
      expect(await runner.sweep()).toBe(0);
      expect(await rowOf(id)).toMatchObject({ step: 'waiting' });
      clock.advance(1);
      expect(await runner.sweep()).toBe(1);
      expect(await rowOf(id)).toMatchObject({ step: 'overdue', finished_at: expect.any(Date) });
      expect(await runner.sweep()).toBe(0);
    });

    test('are met in the trace of the work that began the saga', async () => {
      const traces: (string | undefined)[] = [];
      const runner = newRunner({
        record: async () => void traces.push(currentContext()?.traceId),
      });
      const context = newContext();
      const id = await runInContext(context, () => startOn(runner));
      await running.pop()?.stop();
      traces.length = 0;
      clock.advance(hourMs);
      const other = newRunner({
        record: async () => void traces.push(currentContext()?.traceId),
      });
      expect(await other.sweep()).toBe(1);
      expect(traces).toEqual([context.traceId]);
      // An older version beside this one begins sagas without a trace.
      await database.admin('UPDATE inventory.sagas SET traceparent = NULL, finished_at = NULL');
      await signalOn(other, id, 'close');
      await other.idle();
      expect(await rowOf(id)).toMatchObject({ step: 'closed' });
    });

    test('move when the saga moves', async () => {
      const runner = newRunner();
      const id = await startOn(runner);
      clock.advance(hourMs - 1);
      await signalOn(runner, id, { scan: 'depot' });
      await runner.idle();
      clock.advance(hourMs - 1);
      expect(await runner.sweep()).toBe(0);
      clock.advance(1);
      expect(await runner.sweep()).toBe(1);
      const row = await rowOf(id);
      expect(row.state).toEqual({ stage: 'overdue', scans: ['depot'] });
    });

    test('are all met by one sweep, however many have passed', async () => {
      const runner = newRunner();
      const ids = Array.from({ length: 45 }, () => uuidv7());
      await db.transaction(platformScope, async (tx) => {
        for (const id of ids) await runner.start(tx, id, fresh, 'begin');
      });
      await runner.idle();
      clock.advance(hourMs);
      expect(await runner.sweep()).toBe(ids.length);
      const { rows } = await database.admin('SELECT step FROM inventory.sagas');
      expect(rows).toEqual(ids.map(() => ({ step: 'overdue' })));
    });

    test('give way to a signal that came first', async () => {
      const runner = newRunner();
      const id = await startOn(runner);
      await database.admin(
        `INSERT INTO inventory.saga_signals (kind, id, input) VALUES ($1, $2, '"close"')`,
        [kind, id],
      );
      clock.advance(2 * hourMs);
      await runner.sweep();
      expect(await rowOf(id)).toMatchObject({ step: 'closed' });
    });
  });

  describe('signals', () => {
    const scans = Array.from({ length: 20 }, (_, at) => `stop ${at}`);

    test('are taken in the order they were stored, each exactly once', async () => {
      const runner = newRunner();
      const id = await startOn(runner);
      for (const scan of scans) await signalOn(runner, id, { scan });
      await runner.idle();
      expect((await rowOf(id)).state.scans).toEqual(scans);
      expect(await waitingSignals()).toBe(0);
    });

    test('wait while a command is under way', async () => {
      const packing = gate();
      const original = execute;
      execute = async (command, saga) => {
        if (command === 'pack') await packing.passed;
        return original(command, saga);
      };
      const runner = newRunner();
      const id = uuidv7();
      await db.transaction(platformScope, (tx) => runner.start(tx, id, fresh, 'begin'));
      await signalOn(runner, id, { scan: 'early' });
      expect(await rowOf(id)).toMatchObject({ step: 'packing', state: { scans: [] } });
      packing.open();
      await runner.idle();
      expect(await rowOf(id)).toMatchObject({ step: 'waiting', state: { scans: ['early'] } });
    });

    test('of a saga that another process held are taken up when its lease ends, unasked', async () => {
      const runner = newRunner({ soleProcess: false });
      const id = await startOn(runner);
      await database.admin(`UPDATE inventory.sagas SET lease_owner = gen_random_uuid(),
        lease_until = clock_timestamp() + interval '1500 ms'`);
      await signalOn(runner, id, 'close');
      await runner.idle();
      expect(await rowOf(id)).toMatchObject({ step: 'waiting' });
      await poll(async () => (await rowOf(id)).step === 'closed');
    });

    test('survive a crash between their storing and their taking', async () => {
      const first = newRunner({ faultPoint: crashAt('parcel.packing') });
      const id = uuidv7();
      const start = db.transaction(platformScope, (tx) => first.start(tx, id, fresh, 'begin'));
      await expect(start).rejects.toThrow('crashed');
      await first.stop();
      const restarted = newRunner();
      await signalOn(restarted, id, { scan: 'a' });
      await restarted.idle();
      expect((await rowOf(id)).state.scans).toEqual([]);
      await restarted.begin();
      await restarted.idle();
      expect((await rowOf(id)).state.scans).toEqual(['a']);
    });

    test('that roll back never happened', async () => {
      const runner = newRunner();
      const id = await startOn(runner);
      const rolledBack = db.transaction(platformScope, async (tx) => {
        await runner.signal(tx, id, 'close');
        throw new Error('not closed');
      });
      await expect(rolledBack).rejects.toThrow('not closed');
      await runner.idle();
      expect(await rowOf(id)).toMatchObject({ step: 'waiting' });
    });

    test('of two processes are each taken once and never lost', async () => {
      const [a, b] = [newRunner({ soleProcess: false }), newRunner({ soleProcess: false })];
      const id = await startOn(a);
      await Promise.all(scans.map((scan, at) => signalOn(at % 2 === 0 ? a : b, id, { scan })));
      await poll(async () => {
        await Promise.all([a.sweep(), b.sweep()]);
        return (await waitingSignals()) === 0;
      });
      await Promise.all([a.idle(), b.idle()]);
      expect((await rowOf(id)).state.scans.toSorted()).toEqual(scans.toSorted());
    });
  });

  describe('failing commands', () => {
    beforeEach(() => {
      execute = async (command, { id }) => {
        carriedOut.push(`${command} ${id}`);
        throw new Error('the carrier does not answer');
      };
    });

    test('are put off for longer each time, and given up after the last attempt', async () => {
      const runner = newRunner();
      const id = await startOn(runner);
      expect(await rowOf(id)).toMatchObject({
        step: 'packing',
        attempts: 1,
        due_at: new Date(started.getTime() + 1_000),
        last_error: 'Error: the carrier does not answer',
        lease_until: null,
      });
      clock.advance(999);
      expect(await runner.sweep()).toBe(0);
      clock.advance(1);
      expect(await runner.sweep()).toBe(1);
      expect(await rowOf(id)).toMatchObject({
        attempts: 2,
        due_at: new Date(started.getTime() + 3_000),
      });
      clock.advance(2_000);
      expect(await runner.sweep()).toBe(1);
      expect(carriedOut).toHaveLength(3);
      expect(await rowOf(id)).toMatchObject({ step: 'failed', finished_at: expect.any(Date) });
      clock.advance(hourMs);
      expect(await runner.sweep()).toBe(0);
      expect(carriedOut).toHaveLength(3);
    });

    test('are told with their age in the metrics, and a saga that waits is not', async () => {
      const metrics = createMetrics();
      const labels = '{service="inventory",saga="parcel"}';
      const told = async () => {
        const lines = (await metrics.registry.metrics()).split('\n');
        return lines.filter((line) => /^saga.*(under_way|age_seconds){/.test(line));
      };
      const runner = newRunner({ metrics });
      await startOn(runner);
      clock.advance(1_000);
      await runner.sweep();
      clock.advance(1_500);
      expect(await told()).toEqual([
        `saga_oldest_age_seconds${labels} 2.5`,
        `sagas_under_way${labels} 1`,
      ]);
      execute = async (command) => (command === 'pack' ? 'packed' : 'sent');
      clock.advance(500);
      await runner.sweep();
      const none = [`saga_oldest_age_seconds${labels} 0`, `sagas_under_way${labels} 0`];
      expect(await told()).toEqual(none);
    });

    test('are no longer told by a process when another one has taken them over', async () => {
      const metrics = createMetrics();
      const runner = newRunner({ metrics, soleProcess: false });
      await startOn(runner);
      const underWay = () => metrics.registry.getSingleMetricAsString('sagas_under_way');
      expect(await underWay()).toMatch(/ 1$/);
      execute = async (command) => (command === 'pack' ? 'packed' : 'sent');
      clock.advance(1_000);
      await newRunner({ soleProcess: false }).sweep();
      await runner.sweep();
      expect(await underWay()).toMatch(/ 0$/);
    });

    test('of one saga do not keep others from going on', async () => {
      const runner = newRunner();
      const failing = await startOn(runner);
      execute = async (command, { id }) => {
        if (id === failing) throw new Error('still not');
        return command === 'pack' ? 'packed' : 'sent';
      };
      const going = await startOn(runner);
      clock.advance(1_000);
      await runner.sweep();
      expect(await rowOf(failing)).toMatchObject({ step: 'packing', attempts: 2 });
      expect(await rowOf(going)).toMatchObject({ step: 'waiting' });
    });
  });

  test('goes on soon with a saga that it was given without being told: the answer was lost', async () => {
    const asked = db;
    let claims = 0;
    db = {
      ...asked,
      async query<Found extends Record<string, unknown>>(sql: string, params?: readonly unknown[]) {
        const rows = await asked.query<Found>(sql, params);
        if (!sql.startsWith('UPDATE sagas SET lease_owner')) return rows;
        claims += 1;
        if (claims === 1) throw new Fault('DEPENDENCY_UNAVAILABLE', 'cut off');
        return rows;
      },
    };
    try {
      const runner = newRunner();
      const id = await startOn(runner);
      await signalOn(runner, id, 'close');
      await runner.idle();
      expect(await rowOf(id)).toMatchObject({ step: 'waiting', lease_until: expect.any(Date) });
      await poll(async () => (await rowOf(id)).step === 'closed');
    } finally {
      db = asked;
    }
  });

  describe('two processes on one database', () => {
    test('never drive one saga at once, and do each command once', async () => {
      const active = new Map<string, number>();
      let overlaps = 0;
      execute = async (command, { id }) => {
        const drivers = (active.get(id) ?? 0) + 1;
        active.set(id, drivers);
        if (drivers > 1) overlaps += 1;
        await db.query('SELECT pg_sleep(0.002)');
        carriedOut.push(`${command} ${id}`);
        active.set(id, (active.get(id) ?? 0) - 1);
        return command === 'pack' ? 'packed' : 'sent';
      };
      const [a, b] = [newRunner({ soleProcess: false }), newRunner({ soleProcess: false })];
      const ids = Array.from({ length: 30 }, () => uuidv7());
      const storing = newRunner({ soleProcess: false });
      await db.transaction(platformScope, async (tx) => {
        for (const id of ids) await storing.start(tx, id, fresh, 'begin', { advance: 'byCaller' });
      });
      await storing.stop();
      await database.admin('UPDATE inventory.sagas SET lease_until = NULL');

      await Promise.all([
        a.sweep(),
        b.sweep(),
        ...ids.flatMap((id) => [a.advance(id), b.advance(id)]),
      ]);
      await poll(async () => {
        await Promise.all([a.sweep(), b.sweep()]);
        const { rows } = await database.admin(
          `SELECT count(*)::int AS n FROM inventory.sagas WHERE step <> 'waiting'`,
        );
        return rows[0].n === 0;
      });
      expect(overlaps).toBe(0);
      expect(carriedOut.toSorted()).toEqual(
        ids.flatMap((id) => [`pack ${id}`, `send ${id}`]).toSorted(),
      );
    });

    test.each([
      ['succeeds', false],
      ['fails', true],
    ])('a driver whose lease ran out moves nothing when its command %s late', async (_, fails) => {
      const late = gate();
      const slow = newRunner({ soleProcess: false });
      const quick = newRunner({ soleProcess: false });
      const normal = execute;
      let first = true;
      execute = async (command, saga) => {
        if (!first) return normal(command, saga);
        first = false;
        await late.passed;
        if (fails) throw new Error('too late');
        return 'packed';
      };
      const id = uuidv7();
      await db.transaction(platformScope, (tx) => slow.start(tx, id, fresh, 'begin'));
      await poll(() => !first);
      await database.admin(`UPDATE inventory.sagas SET lease_until = now() - interval '1 s'`);
      expect(await quick.sweep()).toBe(1);
      const moved = await rowOf(id);
      expect(moved).toMatchObject({ step: 'waiting' });

      late.open();
      await slow.idle();
      expect(await rowOf(id)).toEqual(moved);
    });
  });
});
