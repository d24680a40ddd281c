import {
  createLogger,
  createMeter,
  createMetrics,
  createTelemetry,
  type FaultPoint,
  type Metrics,
} from '@mkt/service-kit';
import { testSecretKey } from '@mkt/service-kit/testing';
import pg from 'pg';
import { createOffsetClock } from '../../marketplace/src/clock.ts';
import {
  type Marketplace,
  type MarketplaceOptions,
  startMarketplace,
} from '../../marketplace/src/compose.ts';
import { connectedStores } from '../../marketplace/src/stores/connected.ts';
import type { Stores } from '../../marketplace/src/stores/stores.ts';

export interface StoreUrls {
  readonly redisUrl: string | undefined;
  readonly mongodbUrl: string | undefined;
  /** Who this process is on the bus: another one for each that runs at the same time. */
  readonly identity: string;
}

export interface BackendOptions {
  /** The database's administrator, as a connection without a URL. */
  readonly admin: { host: string; port: number; user: string; database: string };
  readonly filesDir: string;
  readonly soleProcess: boolean;
  readonly faultPoint?: FaultPoint;
  readonly clockOffsetMs?: number;
  readonly secretKey?: string;
  readonly limits?: MarketplaceOptions['limits'];
  /** Servers of the connected shape; everything is in this process and PostgreSQL without them. */
  readonly stores?: StoreUrls | undefined;
  /** Receives the whole log, from the least important line on. */
  readonly logStream?: NodeJS.WritableStream;
}

/** Every limit so high that a suite measures what it means to measure. */
const unlimited = {
  client: { name: 'client', perSecond: 1e6, burst: 1e6 },
  vendor: { name: 'vendor', perSecond: 1e6, burst: 1e6 },
};

/** The whole marketplace as `mkt dev` composes it, on a database of the suite's own. */
export async function startBackend(options: BackendOptions) {
  const clock = await createOffsetClock(undefined, options.clockOffsetMs ?? 0);
  const { stores } = options;
  const metrics = createMetrics();
  const marketplace: Marketplace = await startMarketplace({
    admin: options.admin,
    filesDir: options.filesDir,
    listen: { host: '127.0.0.1', port: 0 },
    clock,
    ...createTelemetry({
      level: options.logStream
        ? 'trace'
        : ((process.env.MKT_TEST_LOG as 'warn' | undefined) ?? 'silent'),
      version: 'test',
      ...(options.logStream ? { stream: options.logStream } : {}),
    }),
    soleProcess: options.soleProcess,
    secretKey: options.secretKey ?? testSecretKey,
    version: 'test',
    metrics,
    ...(stores ? { stores: await connectTo(stores, metrics) } : {}),
    limits: options.limits ?? unlimited,
    ...(options.faultPoint ? { faultPoint: options.faultPoint } : {}),
  });
  clock.onAdvance(() => marketplace.sweep());
  return { marketplace, clock };
}

function connectTo(stores: StoreUrls, metrics: Metrics): Promise<Stores> {
  return connectedStores({
    ...stores,
    log: createLogger('silent'),
    meter: createMeter(),
    metrics,
  });
}

export interface SuiteDatabase {
  readonly admin: BackendOptions['admin'];
  query(sql: string, params?: unknown[]): Promise<Record<string, unknown>[]>;
  drop(): Promise<void>;
}

/** A database of one suite's own on the run's shared server. */
export async function createSuiteDatabase(serverUrl: string): Promise<SuiteDatabase> {
  const name = `suite_${crypto.randomUUID().replaceAll('-', '')}`;
  const url = new URL(serverUrl);
  const base = {
    host: url.searchParams.get('host') ?? url.hostname,
    port: Number(url.searchParams.get('port') ?? (url.port || 5432)),
    user: decodeURIComponent(url.username) || 'postgres',
  };
  /** A connection of its own for each statement: a suite may restart the server in between. */
  async function tellServer(statement: string): Promise<void> {
    const client = new pg.Client({ ...base, database: 'postgres' });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  }
  await tellServer(`CREATE DATABASE ${name}`);
  const admin = { ...base, database: name };
  const pool = new pg.Pool({ ...admin, max: 2 });
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return {
    admin,
    query: async (sql, params = []) => (await pool.query(sql, params)).rows,
    async drop() {
      await pool.end();
      await tellServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}
