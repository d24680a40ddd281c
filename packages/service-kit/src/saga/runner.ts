import { type Clock, uuidv7 } from '@mkt/kernel';
import type { Database, Tx } from '../db/database.ts';
import { isUniqueViolation } from '../db/pg-errors.ts';
import { platformScope } from '../db/scope.ts';
import { Fault, type FaultPoint } from '../faults.ts';
import { currentContext, newContext, traceIdOf, type WorkContext } from '../telemetry/context.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Tracer } from '../telemetry/trace/span.ts';
import { inChildSpan, inSpan } from '../telemetry/trace/work.ts';
import type { SagaDefinition } from './definition.ts';
import { createSagaStore, forgottenAfterMs, rowAfterStep, type SagaRow } from './store.ts';
import { createSagaTimer } from './timer.ts';
import { createUnderWay } from './under-way.ts';

export interface SagaRunnerOptions {
  readonly service: string;
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly faultPoint: FaultPoint;
  /** No other process drives these sagas: leases left by a crash may be taken at once. */
  readonly soleProcess: boolean;
  /** Longest time between sweeps when nothing is due earlier. */
  readonly sweepIntervalMs: number;
  readonly tracer?: Tracer | undefined;
}

export interface SagaRunner<State, Input> {
  /** Stores a new saga with its first step, in the caller's transaction. */
  start(
    tx: Tx,
    id: string,
    state: State,
    input: Input,
    options?: { readonly advance: 'afterCommit' | 'byCaller' },
  ): Promise<void>;
  /**
   * Stores a new saga with its first step by itself, in one statement and without `record`; the
   * caller advances it. A known id fails on the unique key `sagas_pkey`, and a claim that another
   * saga of this kind holds on `sagas_claim`.
   */
  startAlone(
    id: string,
    state: State,
    input: Input,
    options?: { readonly claim: string | null },
  ): Promise<void>;
  /** Stores an input for a saga in the caller's transaction; it is taken up after the commit. */
  signal(tx: Tx, id: string, input: Input): Promise<void>;
  /** Drives one saga until it waits or ends; its state then, or undefined where another drives it. */
  advance(id: string): Promise<State | undefined>;
  /** Takes up everything due now; returns how many sagas that were. */
  sweep(): Promise<number>;
  begin(): Promise<void>;
  /** Resolves when this process drives no saga. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

const leaseSeconds = 90;
const sweepBatch = 20;
/** Stops a decision that never waits. */
const maxStepsInARow = 50;
/** When another process holds a saga that has a new signal, look again after this. */
const contendedRetryMs = 1_000;
/** When the store failed, look again after this, for what it did though we were not told. */
const failedRetryMs = forgottenAfterMs + 200;

export function createSagaRunner<State, Input, Command>(
  definition: SagaDefinition<State, Input, Command>,
  options: SagaRunnerOptions,
): SagaRunner<State, Input> {
  const { db, clock, log, service } = options;
  const { kind } = definition;
  const store = createSagaStore(db, kind, uuidv7(), leaseSeconds);
  /** Sagas inserted by this process, whose lease it holds already: they need no claim. */
  const startedHere = new Map<string, SagaRow>();
  const driving = new Map<string, Promise<unknown>>();
  const background = new Set<Promise<unknown>>();
  const underWay = createUnderWay();
  options.metrics.state.readSagas(service, kind, () => underWay.backlog(clock.now()));
  let stopped = false;
  /** When an answer of the store was lost: it may have given us leases that we know nothing of. */
  let lostAnswerAtMs: number | undefined;

  const timer = createSagaTimer(options.sweepIntervalMs, () => void track(sweepAndArm()));

  /** One driver per saga in this process; the lease keeps other processes out. */
  function exclusively<T>(id: string, work: () => Promise<T>): Promise<T> {
    const before = driving.get(id) ?? Promise.resolve();
    const run = before.then(work, work);
    const settled: Promise<unknown> = run
      .catch(() => {})
      .finally(() => {
        if (driving.get(id) === settled) driving.delete(id);
      });
    driving.set(id, settled);
    return run;
  }

  /** After a fault the lease is given back soon; a defect had better wait until it ends. */
  function failed(error: unknown): void {
    if (isUniqueViolation(error)) return;
    const isFault = error instanceof Fault;
    if (isFault) lostAnswerAtMs = performance.now();
    timer.armIn(isFault ? failedRetryMs : leaseSeconds * 1_000);
  }

  /** For work whose failure is told to whoever asked for it. */
  async function noted<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      failed(error);
      throw error;
    }
  }

  function track(work: Promise<unknown>): Promise<void> {
    const settled = work.then(
      () => {},
      (error: unknown) => log.warn({ service, saga: kind, err: error }, 'saga put off'),
    );
    background.add(settled);
    return settled.finally(() => background.delete(settled));
  }

  /** Decides on one input and stores the step; undefined when the saga was moved by another. */
  async function take(
    row: SagaRow,
    input: Input,
    signalSeq: number | undefined,
  ): Promise<{ row: SagaRow; done: boolean } | undefined> {
    const before = row.state as State;
    const now = clock.now();
    const step = definition.decide(before, input, now);
    const next = rowAfterStep({ ...row, version: row.version + 1 }, step, now);
    const done = step.done === true;
    const releasesClaim = step.releasesClaim === true;
    const saved = await db.transaction(platformScope, async (tx) => {
      if (!(await store.save(tx, next, { done, releasesClaim }))) return false;
      if (signalSeq !== undefined) await store.takeSignal(tx, signalSeq);
      await definition.record?.(tx, {
        id: row.id,
        before,
        after: step.state,
        input,
        step: step.step,
      });
      return true;
    });
    if (!saved) return undefined;
    options.metrics.sagaTransitions.inc({ service, saga: kind, step: step.step });
    options.faultPoint(`${kind}.${step.step}`);
    return { row: next, done };
  }

  /** What comes next for a saga: its command's outcome, a signal, or its deadline. */
  async function nextInput(row: SagaRow): Promise<{ input: Input; seq?: number } | undefined> {
    if (row.command !== null) {
      const input = await carryOut(row);
      return input === undefined ? undefined : { input };
    }
    const signal = await store.nextSignal(row.id);
    if (signal) return { input: signal.input as Input, seq: signal.seq };
    if (row.due_at && row.due_at <= clock.now()) {
      return { input: definition.deadlineInput(row.state as State) };
    }
    await store.release(row.id);
    underWay.settled(row.id);
    timer.armAt(row.due_at, clock.now());
    return undefined;
  }

  async function drive(row: SagaRow): Promise<State | undefined> {
    underWay.takenUp(row.id, row.due_at, clock.now());
    try {
      return await driveOn(row);
    } catch (error) {
      underWay.putOff(row.id, new Date(clock.now().getTime() + leaseSeconds * 1_000));
      throw error;
    }
  }

  /** In the trace that the saga began in, whoever takes it up, for whatever reason and how late. */
  function driveInItsTrace(row: SagaRow, cause: WorkContext): Promise<State | undefined> {
    const { traceparent } = row;
    const isSame = traceparent === null || traceIdOf(traceparent) === cause.traceId;
    if (isSame && currentContext() === cause) return drive(row);
    const { correlationId, causationId, spent, deadlineMs } = cause;
    const { tracer } = options;
    const own = newContext({ correlationId, causationId, traceparent, tracer });
    const context = { ...own, spent, ...(deadlineMs === undefined ? {} : { deadlineMs }) };
    return inSpan(context, { name: `saga ${kind}`, kind: 'internal' }, () => drive(row));
  }

  async function driveOn(claimed: SagaRow): Promise<State | undefined> {
    let row = claimed;
    for (let steps = 0; steps < maxStepsInARow; steps += 1) {
      const { step } = row;
      const moved = await inChildSpan(
        { name: `saga ${kind}.${step}`, kind: 'internal' },
        () => moveOn(row),
        options.tracer,
      );
      if (moved === 'waits') return row.state as State;
      if (moved === 'lost') return undefined;
      row = moved.row;
      if (moved.done) return row.state as State;
    }
    throw new Error(`Saga ${kind} ${row.id} took ${maxStepsInARow} steps without waiting`);
  }

  /** One step: what was to be done, and what was decided on its outcome. */
  async function moveOn(row: SagaRow): Promise<{ row: SagaRow; done: boolean } | 'waits' | 'lost'> {
    const next = await nextInput(row);
    if (!next) return 'waits';
    const taken = await take(row, next.input, next.seq);
    if (!taken || taken.done) underWay.settled(row.id);
    return taken ?? 'lost';
  }

  /** The outcome of the stored command, or undefined when it failed and was put off. */
  async function carryOut(row: SagaRow): Promise<Input | undefined> {
    const command = row.command as Command;
    const state = row.state as State;
    try {
      const outcome = await definition.execute(command, { id: row.id, state });
      options.faultPoint(`${kind}.${row.step}.executed`);
      return outcome;
    } catch (error) {
      const attempts = row.attempts + 1;
      log.warn(
        { service, saga: kind, sagaId: row.id, step: row.step, attempts, err: error },
        'saga command failed',
      );
      if (attempts >= definition.maxAttempts) return definition.gaveUp(command, state);
      const { first, max } = definition.retryDelayMs;
      const dueAt = new Date(clock.now().getTime() + Math.min(first * 2 ** (attempts - 1), max));
      await store.postpone(row.id, attempts, dueAt, String(error));
      underWay.putOff(row.id, dueAt);
      timer.armAt(dueAt, clock.now());
      return undefined;
    }
  }

  async function sweep(): Promise<number> {
    let taken = 0;
    if (lostAnswerAtMs !== undefined) await releaseForgotten(lostAnswerAtMs);
    while (!stopped) {
      const now = clock.now();
      const rows = await store.claimDue(now, sweepBatch);
      taken += rows.length;
      const runs = rows.map((row) =>
        exclusively(row.id, () => driveInItsTrace(row, newContext({ correlationId: row.id }))),
      );
      for (const outcome of await Promise.allSettled(runs)) {
        if (outcome.status === 'rejected') {
          failed(outcome.reason);
          log.error({ service, saga: kind, err: outcome.reason }, 'saga could not go on');
        }
      }
      if (rows.length < sweepBatch) {
        underWay.swept(now);
        break;
      }
    }
    return taken;
  }

  async function releaseForgotten(since: number): Promise<void> {
    const released = await noted(store.releaseForgotten([...driving.keys()]));
    for (const id of released) startedHere.delete(id);
    // What was lost a moment ago is too young: the next look finds it.
    if (performance.now() - since < forgottenAfterMs) timer.armIn(failedRetryMs);
    else if (lostAnswerAtMs === since) lostAnswerAtMs = undefined;
  }

  async function sweepAndArm(): Promise<void> {
    try {
      await noted(sweep());
      const { dueAt, leaseEndsInMs } = await noted(store.nextDue(clock.now()));
      timer.armAt(dueAt, clock.now());
      if (leaseEndsInMs !== null) timer.armIn(leaseEndsInMs);
    } finally {
      timer.armAtLatest();
    }
  }

  async function claimAndDrive(id: string): Promise<State | undefined> {
    const started = startedHere.get(id);
    startedHere.delete(id);
    const row = started ?? (await store.claim(id));
    if (row) return driveInItsTrace(row, currentContext() ?? newContext({ correlationId: id }));
    timer.armIn(contendedRetryMs);
    return undefined;
  }

  const advance = (id: string): Promise<State | undefined> =>
    noted(exclusively(id, () => claimAndDrive(id)));

  /** The row of a new saga, in the trace of the work that begins it. */
  function firstRow(id: string, step: ReturnType<typeof definition.decide>, now: Date): SagaRow {
    const traceparent = currentContext()?.traceparent ?? null;
    return rowAfterStep({ id, version: 0, traceparent }, step, now);
  }

  return {
    // biome-ignore lint/complexity/useMaxParams: what a saga is made of, and how it goes on
    async start(tx, id, state, input, { advance: how } = { advance: 'afterCommit' }) {
      const now = clock.now();
      const step = definition.decide(state, input, now);
      const row = firstRow(id, step, now);
      await store.insert(tx, row, { done: step.done === true, claim: null });
      await definition.record?.(tx, {
        id,
        before: null,
        after: step.state,
        input,
        step: step.step,
      });
      tx.afterCommit(() => {
        if (step.done) return;
        // A vendor's transaction may insert a saga but not drive it under its role; either way the
        // row in memory is what was stored.
        startedHere.set(id, row);
        options.faultPoint(`${kind}.${step.step}`);
        if (how === 'afterCommit') void track(advance(id));
      });
    },
    async startAlone(id, state, input, { claim } = { claim: null }) {
      const now = clock.now();
      const step = definition.decide(state, input, now);
      const row = firstRow(id, step, now);
      await noted(store.insert(db, row, { done: step.done === true, claim }));
      if (step.done !== true) startedHere.set(id, row);
      options.faultPoint(`${kind}.${step.step}`);
    },
    async signal(tx, id, input) {
      await store.addSignal(tx, id, input);
      tx.afterCommit(() => void track(advance(id)));
    },
    advance,
    sweep,
    async begin() {
      if (options.soleProcess) await store.forgetLeases();
      await track(sweepAndArm());
    },
    async idle() {
      while (background.size > 0 || driving.size > 0) {
        await Promise.all([...background, ...driving.values()]);
      }
    },
    async stop() {
      stopped = true;
      timer.stop();
      await Promise.all([...background, ...driving.values()]);
    },
  };
}
