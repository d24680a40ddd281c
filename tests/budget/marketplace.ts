import { createTelemetry, createTraceRecorder } from '@mkt/service-kit';
import { type Context, type CostVector, contexts, serviceNames, serviceSpec } from '@mkt/topology';
import { approvedVendor, publish, type Vendor } from '../support/actors.ts';
import { expectOk, request } from '../support/http.ts';
import { type Shape, startShape } from '../support/shape.ts';
import {
  countDatabaseClients,
  countingReceiver,
  countingStream,
  type DatabaseCounts,
} from './counting.ts';
import type { CountingRedis } from './redis-commands.ts';

/** What can be counted exactly; processor time belongs to the bench. */
export type Counted = Omit<CostVector, 'cpuMs'>;

/** The marketplace on Redis and MongoDB, filled, with a counter at each of its clients. */
export interface CountedMarketplace {
  readonly shape: Shape;
  readonly vendors: readonly [Vendor, Vendor];
  /** Two variants of the first vendor and one of the second. */
  readonly basket: readonly { readonly variantId: string; readonly quantity: number }[];
  readonly productIds: readonly string[];
  /** Bytes of answers that the visitor of `visit` got. */
  visit(method: string, path: string, call?: Parameters<typeof request>[3]): Promise<VisitBody>;
  /** What the work spends on average, one run at a time and settled in between. */
  costOf(times: number, work: (run: number) => Promise<void>): Promise<Counted>;
  /** Statements of one service alone in the last `costOf`, on average. */
  statementsOf(service: Parameters<DatabaseCounts['statementsOf']>[0]): number;
  readonly webhooks: { readonly url: string; requests(): number };
  stop(): Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: suites look into answers freely
type VisitBody = any;

const productsPerVendor = 20;
/** A status line and the headers that the gateway sends with every answer. */
const headBytes = 600;

interface Reading {
  readonly database: DatabaseCounts;
  readonly stored: Readonly<Record<string, number>>;
  readonly counts: Omit<Counted, 'statements' | 'databaseBytesOut' | 'storedBytes'>;
}

/**
 * Without Redis it comes to rest at once, and its commands are not counted; with one they are, as if
 * each were paid for.
 */
export async function startCountedMarketplace(
  postgresUrl: string,
  redis?: CountingRedis,
): Promise<CountedMarketplace> {
  const database = countDatabaseClients();
  const log = countingStream();
  const receiver = await countingReceiver();
  let spans = 0;
  let responseBytes = 0;
  const countSpan = (): void => {
    spans += 1;
  };
  const started = await startShape('connected', postgresUrl, {
    ...(redis ? { redis: 'metered', redisUrl: redis.url } : { redis: 'none' }),
    // No report of its own may fall into a count: the suite asks for them.
    env: { WEBHOOKS_TO_LOOPBACK: 'true', USAGE_SECONDS: '86400' },
    telemetry: {
      ...createTelemetry({ level: 'info', version: 'test', stream: log.stream }),
      traces: createTraceRecorder({
        sink: { offer: countSpan, dropped: () => 0, stop: async () => {} },
      }),
    },
  });
  const shape: Shape = redis ? { ...started, settle: redis.quiet } : started;
  const operator = await shape.operator();
  const vendors = [
    await approvedVendor(shape.url, operator, 'First'),
    await approvedVendor(shape.url, operator, 'Second'),
  ] as const;
  const variants = await stockShelves(shape, operator, vendors);
  const { items } = await expectOk(request(shape.url, 'GET', '/v1/products?limit=100'));
  let last: { before: Reading; after: Reading; times: number } | undefined;

  async function read(): Promise<Reading> {
    await shape.settle();
    const counted = database.read();
    return {
      database: counted,
      stored: await storedBytes(shape),
      counts: {
        documentOperations: await documentOperations(shape, operator),
        redisCommands: (await redis?.commands()) ?? 0,
        responseBytes,
        logBytes: log.bytes(),
        spans,
      },
    };
  }

  return {
    shape,
    vendors,
    basket: variants.map((variantId) => ({ variantId, quantity: 1 })),
    productIds: items.map(({ id }: { id: string }) => id),
    webhooks: receiver,
    async visit(method, path, call = {}) {
      const reply = await request(shape.url, method, path, call);
      responseBytes += headBytes + Buffer.byteLength(JSON.stringify(reply.body));
      return expectOk(Promise.resolve(reply));
    },
    async costOf(times, work) {
      const empty = { before: await read(), after: await read() };
      const before = empty.after;
      for (let run = 0; run < times; run += 1) {
        await work(run);
        await shape.settle();
      }
      const after = await read();
      last = { before, after, times };
      return averageOf(before, after, times, empty);
    },
    statementsOf(service) {
      if (!last) return 0;
      const { before, after, times } = last;
      return (after.database.statementsOf(service) - before.database.statementsOf(service)) / times;
    },
    async stop() {
      database.restore();
      await shape.stop();
      await receiver.stop();
    },
  };
}

async function stockShelves(shape: Shape, operator: string, vendors: readonly Vendor[]) {
  const chosen: string[] = [];
  for (const [at, vendor] of vendors.entries()) {
    const products = Array.from({ length: productsPerVendor }, (_, n) => ({
      handle: `${['oak', 'blue'][at]}-${n}`,
      priceMinor: 2_000 + n,
      stock: 1_000,
    }));
    await publish(shape.url, operator, vendor, products);
    await shape.settle();
    const variants = [...(await publish(shape.url, operator, vendor, products)).values()];
    chosen.push(...variants.slice(0, at === 0 ? 2 : 1));
    await shape.settle();
  }
  return chosen;
}

/** Counted by the product service's own meter: it alone has documents. */
async function documentOperations(shape: Shape, token: string): Promise<number> {
  const usage = await expectOk(
    request(shape.url, 'GET', '/v1/operations/product/usage', { token }),
  );
  const found = usage.unreported.find(
    ({ meter }: { meter: string }) => meter === 'documents.operations',
  );
  return found?.amount ?? 0;
}

/** Tables whose rows the sweeps take away after days: they do not add up. */
const passing = [
  'outbox',
  'inbox',
  'idempotency',
  'sagas',
  'saga_signals',
  'document_commits',
  'usage_reports',
];

async function storedBytes(shape: Shape): Promise<Record<string, number>> {
  const tables = await shape.database.query(
    `SELECT n.nspname AS schema, c.relname AS name FROM pg_class c
     JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg_%'
       AND n.nspname NOT IN ('information_schema', 'mkt', 'public')`,
  );
  const parts = (tables as { schema: string; name: string }[])
    .filter(({ name }) => !passing.includes(name))
    .map(
      ({ schema, name }) =>
        `SELECT '${schema}' AS schema, coalesce(sum(pg_column_size(t)), 0)::int AS bytes FROM "${schema}"."${name}" t`,
    );
  const rows = await shape.database.query(
    `SELECT schema, sum(bytes)::int AS bytes FROM (${parts.join(' UNION ALL ')}) q GROUP BY 1`,
  );
  return Object.fromEntries(rows.map(({ schema, bytes }) => [String(schema), Number(bytes)]));
}

function averageOf(
  before: Reading,
  after: Reading,
  times: number,
  empty: { before: Reading; after: Reading },
): Counted {
  const per = (value: number, idle: number): number => Math.max(0, (value - idle) / times);
  const by = (of: (reading: Reading) => Readonly<Record<Context, number>>) =>
    perContext((context) =>
      per(
        of(after)[context] - of(before)[context],
        of(empty.after)[context] - of(empty.before)[context],
      ),
    );
  const of = (key: keyof Reading['counts']): number =>
    per(after.counts[key] - before.counts[key], empty.after.counts[key] - empty.before.counts[key]);
  return {
    statements: by(({ database }) => database.statements),
    databaseBytesOut: by(({ database }) => database.bytesOut),
    storedBytes: by(({ stored }) => storedByContext(stored)),
    documentOperations: of('documentOperations'),
    redisCommands: of('redisCommands'),
    responseBytes: of('responseBytes'),
    logBytes: of('logBytes'),
    spans: of('spans'),
  };
}

function perContext(value: (context: Context) => number): Partial<Record<Context, number>> {
  return Object.fromEntries(
    contexts.map((context) => [context, value(context)] as const).filter(([, count]) => count > 0),
  );
}

function storedByContext(stored: Readonly<Record<string, number>>): Record<Context, number> {
  const sums = Object.fromEntries(contexts.map((name) => [name, 0])) as Record<Context, number>;
  for (const name of serviceNames) sums[serviceSpec(name).context] += stored[name] ?? 0;
  return sums;
}
