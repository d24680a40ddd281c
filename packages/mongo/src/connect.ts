import { assert } from '@mkt/kernel';
import {
  type FaultPoint,
  type Logger,
  type Meter,
  noFaults,
  type Scope,
  vendorOf,
} from '@mkt/service-kit';
import { type Collection, type Document, MongoClient } from 'mongodb';
import { mongoFaultOf } from './mongo-errors.ts';
import { createTokenBucket } from './token-bucket.ts';

export interface MongoOptions {
  /** `mongodb://…` or `mongodb+srv://…`; says what server, who, and TLS. */
  readonly url: string;
  /** The database, where the URL names none. */
  readonly database?: string;
  readonly log: Logger;
  /** Connections of this process: `poolSizeFor` says how many. */
  readonly maxPoolSize: number;
  /** This process's share of what the cluster allows: `operationsShareOf`. */
  readonly operationsPerSecond: number;
  /** The longest one call may take, with its wait for the rate and for a connection. */
  readonly operationTimeoutMs?: number;
  readonly faultPoint?: FaultPoint;
}

/** Whose operation it is, how many it counts as, and where they are counted. */
export interface Spending {
  readonly operations: number;
  readonly scope: Scope;
  readonly meter: Meter;
}

/** What goes to the driver with a call; writes take the signal too, though their types hide it. */
export interface CallOptions {
  readonly signal: AbortSignal;
}

/** A client of one database on a MongoDB server. It connects at the first call, and again. */
export interface Mongo {
  readonly log: Logger;
  readonly faultPoint: FaultPoint;
  collection<Record extends Document>(name: string): Collection<Record>;
  /** The one way to the server: within the rate, the pool and a deadline, and counted. */
  call<T>(spending: Spending, work: (options: CallOptions) => Promise<T>): Promise<T>;
  /** Resolves when the server answers, rejects with what is wrong. */
  ping(): Promise<void>;
  /** Work behind a transaction's back; it handles its own failures. */
  track(work: Promise<void>): void;
  onIdle(wait: () => Promise<void>): void;
  /** Resolves when nothing is left to settle by itself. */
  idle(): Promise<void>;
  /** Documents could not be settled now. */
  leftInDoubt(): void;
  onLeftInDoubt(listener: () => void): void;
  /** Lets settlements finish, then closes the connections. */
  close(): Promise<void>;
}

const defaultDatabase = 'mkt';
const defaultOperationTimeoutMs = 3_000;

export function connectMongo(options: MongoOptions): Mongo {
  const timeoutMs = options.operationTimeoutMs ?? defaultOperationTimeoutMs;
  const client = openClient(options, timeoutMs);
  const name = options.database ?? databaseOf(options.url) ?? defaultDatabase;
  const bucket = createTokenBucket({ perSecond: options.operationsPerSecond });

  async function within<T>(work: (options: CallOptions) => Promise<T>, operations: number) {
    // Not the request's remaining time: an import or export streams for longer than any deadline.
    const signal = AbortSignal.timeout(timeoutMs);
    if (operations > 0) await bucket.take(operations, signal);
    try {
      return await untilAborted(work({ signal }), signal);
    } catch (error) {
      throw mongoFaultOf(error, signal);
    }
  }

  const tracked = new Set<Promise<void>>();
  const waits: (() => Promise<void>)[] = [];
  let onLeft: (() => void)[] = [];
  async function idle(): Promise<void> {
    while (tracked.size > 0) await Promise.all(tracked);
    for (const wait of waits) await wait();
  }

  return {
    log: options.log,
    faultPoint: options.faultPoint ?? noFaults,
    collection: (collection) => client.db(name).collection(collection),
    call: ({ operations, scope, meter }, work) =>
      within((given) => {
        meter.add('documents.operations', operations, vendorOf(scope));
        return work(given);
      }, operations),
    ping: () =>
      within(async (given) => void (await client.db(name).command({ ping: 1 }, given)), 0),
    track(work) {
      const done = work.finally(() => tracked.delete(done));
      tracked.add(done);
    },
    onIdle: (wait) => void waits.push(wait),
    idle,
    leftInDoubt() {
      for (const listener of onLeft) listener();
    },
    onLeftInDoubt: (listener) => void onLeft.push(listener),
    async close() {
      await idle();
      onLeft = [];
      await client.close();
    },
  };
}

function openClient(options: MongoOptions, timeoutMs: number): MongoClient {
  assert(options.maxPoolSize >= 1, 'A pool needs a connection');
  const waitMs = Math.ceil(timeoutMs * 0.75);
  try {
    return new MongoClient(options.url, {
      appName: 'mkt',
      maxPoolSize: options.maxPoolSize,
      minPoolSize: 0,
      maxConnecting: 2,
      maxIdleTimeMS: 60_000,
      // `timeoutMS` is without effect in this driver: each of its waits has a bound of its own, and
      // every call a signal besides. The waits end first, because they know what was missing.
      serverSelectionTimeoutMS: waitMs,
      connectTimeoutMS: waitMs,
      socketTimeoutMS: timeoutMs * 2,
      waitQueueTimeoutMS: timeoutMs,
      retryWrites: true,
      retryReads: true,
      // A document must outlive its server before the transaction that wrote it commits.
      writeConcern: { w: 'majority' },
      ignoreUndefined: true,
    });
  } catch (error) {
    // The driver's own words may hold the password.
    throw new Error(
      'MONGODB_URL is not the address of a MongoDB server. ' +
        'Write it as mongodb://user:password@host:27017/database or mongodb+srv://…',
      { cause: (error as Error).name },
    );
  }
}

function databaseOf(url: string): string | undefined {
  const path = /^mongodb(?:\+srv)?:\/\/[^/?]*\/([^?]+)/.exec(url)?.[1];
  return path === undefined ? undefined : decodeURIComponent(path);
}

/** Gives up when the signal does, whatever the driver is waiting for. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let giveUp = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    giveUp = () => reject(signal.reason as Error);
    signal.addEventListener('abort', giveUp, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
