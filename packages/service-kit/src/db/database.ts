import { assert } from '@mkt/kernel';
import pg from 'pg';
import { type EmittedEvent, writeOutbox } from '../events/outbox.ts';
import { Fault, RefusalError } from '../faults.ts';
import { currentContext } from '../telemetry/context.ts';
import type { Meter } from '../telemetry/meter.ts';
import { errorCodeOf } from '../telemetry/trace/span.ts';
import { recordLeaf, steadyNowMs } from '../telemetry/trace/work.ts';
import { faultOf, isRetryable } from './pg-errors.ts';
import { platformScope, type Scope, vendorOf } from './scope.ts';
import { sendStatement } from './statement.ts';
import type { NewEvent, Row, Tx } from './tx.ts';

export type { NewEvent, Row, Tx } from './tx.ts';

export interface Database {
  /** One statement as the platform, by itself: one round trip. */
  query<R extends Row = Row>(sql: string, params?: readonly unknown[]): Promise<R[]>;
  /**
   * Runs the work in one transaction, repeated on a deadlock or serialization failure, so it must
   * hold nothing but statements. Throwing rolls back.
   */
  transaction<T>(scope: Scope, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Says that a single statement wrote to the outbox by itself, so that the relay looks. */
  nudge(): void;
  /** Called after each commit that emitted events. */
  onEmit(listener: () => void): void;
  /** Its connections by role, as they are now. */
  pools(): readonly PoolUse[];
  close(): Promise<void>;
}

/** Connections of one role: `waiting` are callers that found none free. */
export interface PoolUse {
  readonly role: Scope['kind'];
  readonly max: number;
  readonly open: number;
  readonly used: number;
  readonly waiting: number;
}

export interface DatabaseOptions {
  /** Server and database: `host`, `port`, `database`, and TLS; the roles are the service's own. */
  readonly connection: pg.PoolConfig;
  readonly platformRole: { user: string; password?: string };
  readonly vendorRole: { user: string; password?: string };
  readonly pool: { platform: number; vendor: number };
  readonly meter: Meter;
  /** How long a request waits for a free connection. */
  readonly acquireTimeoutMs: number;
  /** Unused connections close after this: below a serverless database's suspend time. */
  readonly idleTimeoutMs: number;
}

const int8Oid = 20;
const maxAttempts = 4;

/** 64-bit integers arrive as numbers; one outside the safe range is a bug, never a rounding. */
function readInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error(`${text} is not a safe integer`);
  return value;
}

const types = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === int8Oid
      ? readInt8
      : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

/** Goes on beside other work; whoever awaits it later still gets its failure. */
function alongside<T>(work: Promise<T>): Promise<T> {
  work.catch(() => {});
  return work;
}

export function createDatabase(options: DatabaseOptions): Database {
  const pools = new Map<Scope['kind'], pg.Pool>();
  const statementNames = new Map<string, string>();
  let onEmit: () => void = () => {};

  function poolFor(kind: Scope['kind']): pg.Pool {
    const known = pools.get(kind);
    if (known) return known;
    const created = new pg.Pool({
      ...options.connection,
      ...(kind === 'vendor' ? options.vendorRole : options.platformRole),
      max: options.pool[kind],
      connectionTimeoutMillis: options.acquireTimeoutMs,
      idleTimeoutMillis: options.idleTimeoutMs,
      // Statements are sent when they are asked for, not when the one before has been answered.
      pipeline: true,
      types,
    });
    // An idle connection that breaks is replaced at its next use; without this it ends the process.
    created.on('error', () => {});
    created.on('connect', (client) => client.on('error', () => {}));
    pools.set(kind, created);
    return created;
  }

  /** Repeated statements are prepared once per connection; the bound keeps generated SQL out. */
  function nameOf(sql: string): string | undefined {
    const known = statementNames.get(sql);
    if (known || statementNames.size >= 300) return known;
    const name = `s${statementNames.size}`;
    statementNames.set(sql, name);
    return name;
  }

  /** A serverless database that answers within a minute is awake for it. */
  let countedMinute = -1;
  function count(scope: Scope, isAlone = true): void {
    const context = currentContext();
    if (context && isAlone) context.spent.sqlRoundTrips += 1;
    options.meter.add('postgres.statements', 1, vendorOf(scope));
    const minute = Math.floor(performance.now() / 60_000);
    if (minute === countedMinute) return;
    countedMinute = minute;
    options.meter.add('postgres.awakeMinutes', 1);
  }

  async function send<R extends Row>(
    client: pg.Pool | pg.PoolClient,
    scope: Scope,
    sql: string,
    params: readonly unknown[],
  ): Promise<R[]> {
    count(scope);
    return sendStatement<R>(client, { sql, params, name: nameOf(sql) });
  }

  /** `isAlone` is false for what is sent together with another statement: one trip for both. */
  async function control(
    client: pg.PoolClient,
    scope: Scope,
    { sql, isAlone }: { readonly sql: string; readonly isAlone: boolean },
  ): Promise<string> {
    count(scope, isAlone);
    return (await client.query(sql)).command;
  }

  async function commit(client: pg.PoolClient, scope: Scope, isAlone: boolean): Promise<void> {
    // After a failed statement the server rolls back and answers COMMIT without an error.
    const done = await control(client, scope, { sql: 'COMMIT', isAlone });
    assert(done === 'COMMIT', 'A statement failed, its error was caught, and nothing was stored');
  }

  function beginSql(scope: Scope): string {
    // One round trip. The id was checked to be a UUID, so quoting cannot be escaped.
    return scope.kind === 'vendor'
      ? `BEGIN; SELECT set_config('mkt.vendor_id', '${scope.vendorId}', true)`
      : 'BEGIN';
  }

  async function attempt<T>(scope: Scope, work: (tx: Tx) => Promise<T>): Promise<T> {
    const startedAtMs = steadyNowMs();
    const client = await poolFor(scope.kind).connect();
    const waitMs = steadyNowMs() - startedAtMs;
    const events: EmittedEvent[] = [];
    const afterCommit: (() => void)[] = [];
    const afterFailure: (() => void)[] = [];
    let committed = false;
    let broken: Error | undefined;
    let statements = 0;
    const ended = (thrown?: unknown) =>
      recordLeaf('transaction', startedAtMs, failureOf(thrown), {
        statements,
        events: events.length,
        waitMs,
      });
    try {
      const begun = alongside(control(client, scope, { sql: beginSql(scope), isAlone: false }));
      const tx: Tx = {
        scope,
        async query<R extends Row>(sql: string, params: readonly unknown[] = []) {
          statements += 1;
          const rows = alongside(send<R>(client, scope, sql, params));
          await begun;
          return rows;
        },
        emit: (event) =>
          void events.push({ event: event as unknown as NewEvent, context: currentContext() }),
        afterCommit: (run) => void afterCommit.push(run),
        afterFailure: (run) => void afterFailure.push(run),
      };
      const value = await work(tx);
      const written = events.length > 0 ? alongside(writeOutbox(tx, events)) : begun;
      const stored = alongside(commit(client, scope, events.length === 0));
      await written;
      await stored;
      committed = true;
      ended();
      for (const run of afterCommit) run();
      if (events.length > 0) onEmit();
      return value;
    } catch (error) {
      await client.query('ROLLBACK').catch((rollbackError: Error) => {
        broken = rollbackError;
      });
      ended(error);
      throw error;
    } finally {
      client.release(broken);
      if (!committed) for (const run of afterFailure) run();
    }
  }

  return {
    async query(sql, params = []) {
      const startedAtMs = steadyNowMs();
      try {
        const rows = await send(poolFor('platform'), platformScope, sql, params);
        recordLeaf('query', startedAtMs, null);
        return rows as never;
      } catch (error) {
        recordLeaf('query', startedAtMs, errorCodeOf(error));
        throw faultOf(error);
      }
    },
    async transaction(scope, work) {
      for (let tries = 1; ; tries += 1) {
        try {
          return await attempt(scope, work);
        } catch (error) {
          if (!isRetryable(error)) throw faultOf(error);
          if (tries >= maxAttempts) {
            throw new Fault('CONFLICTING_WRITE', 'The write kept meeting others', { cause: error });
          }
        }
      }
    },
    nudge: () => onEmit(),
    onEmit(listener) {
      onEmit = listener;
    },
    pools: () =>
      [...pools].map(([role, { totalCount, idleCount, waitingCount }]) => ({
        role,
        max: options.pool[role],
        open: totalCount,
        used: totalCount - idleCount,
        waiting: waitingCount,
      })),
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.end()));
    },
  };
}

/** A refusal rolls back as well, and is no failure. */
function failureOf(thrown: unknown): string | null {
  return thrown === undefined || thrown instanceof RefusalError ? null : errorCodeOf(thrown);
}
