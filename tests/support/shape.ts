import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestMongo, type TestMongo } from '@mkt/mongo/testing';
import {
  createLogger,
  createMeter,
  createMetrics,
  createPeerTokens,
  type Meter,
  type Telemetry,
} from '@mkt/service-kit';
import { type FaultProxy, startFaultProxy, testSecretKey } from '@mkt/service-kit/testing';
import { type ServiceName, serviceNames } from '@mkt/topology';
import { createOffsetClock } from '../../marketplace/src/clock.ts';
import { startMarketplace } from '../../marketplace/src/compose.ts';
import { backendNames } from '../../marketplace/src/load-definition.ts';
import { createControl } from '../../marketplace/src/process/control.ts';
import { connectedStores } from '../../marketplace/src/stores/connected.ts';
import { embeddedStores } from '../../marketplace/src/stores/stores.ts';
import { findPorts } from '../../marketplace/src/supervise/ports.ts';
import { startSupervisor } from '../../marketplace/src/supervise/supervisor.ts';
import { createSuiteDatabase, type StoreUrls, type SuiteDatabase } from './backend.ts';
import { expectOk, request } from './http.ts';

export type ShapeKind = 'embedded' | 'connected' | 'processes';

const shapeKinds: readonly ShapeKind[] = ['embedded', 'connected', 'processes'];
/** The one-process shape in every run; `npm run test:full` walks them all. */
export const shapesOfThisRun: readonly ShapeKind[] =
  process.env.MKT_TEST_FULL === '1' ? shapeKinds : ['embedded'];

/** Servers that a suite brings, so that it can break them; what is absent is the shape's own. */
export interface ShapeOptions {
  /** In one process: whether others run the same services; they do not unless told so. */
  readonly soleProcess?: boolean;
  /** For processes: the service that others reach through a proxy, which may fail. */
  readonly proxied?: ServiceName;
  /** For processes: where others reach a service, such as at a load balancer before several. */
  readonly reachedAt?: Partial<Record<ServiceName, string>>;
  /** For processes: the program that runs a service, where it is not this tree's. */
  readonly entryOf?: (service: ServiceName) => string | undefined;
  /** For processes: what a process is told besides, asked at each of its starts. */
  readonly envOf?: (service: ServiceName) => NodeJS.ProcessEnv;
  readonly redisUrl?: string;
  /** In one process: without Redis, or as if each of its commands were paid for. */
  readonly redis?: 'none' | 'metered';
  readonly mongodbUrl?: string;
  readonly clientRate?: { readonly perSecond: number; readonly burst: number };
  /** What the process that runs them all tells, and where its shared stores count. */
  readonly telemetry?: Telemetry;
  readonly meter?: Meter;
  /** Settings of services, by their names in the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The same marketplace, in one of its shapes, on stores of the suite's own. */
export interface Shape {
  readonly kind: ShapeKind;
  readonly url: string;
  /** Where a service itself answers, past the gateway; the same address in one process. */
  urlOf(service: ServiceName): string;
  readonly database: SuiteDatabase;
  /** The access token of an operator. */
  operator(): Promise<string>;
  /** Resolves when outboxes, bus, sagas and background work have nothing left to do now. */
  settle(): Promise<void>;
  /** Moves the business clock and waits until what has become due is done. */
  advance(ms: number): Promise<void>;
  /** Business time. */
  now(): Promise<Date>;
  /** Ends a service's process as `kill -9` does; it is started again by itself. */
  kill(service: ServiceName): Promise<void>;
  /** What a service's process is told; for one more of its kind. */
  environmentOf(service: ServiceName): NodeJS.ProcessEnv;
  /** Tells a service's process to stop: it is started again by itself, or is not. */
  end(service: ServiceName, then: 'restart' | 'retire'): Promise<void>;
  /** The operating system's number of a service's process. */
  pidOf(service: ServiceName): number;
  /** Resolves when every process answers. */
  untilReady(): Promise<void>;
  /** What further processes of the connected shape run on. */
  readonly stores?: StoreUrls;
  /** Stands before the service that was to be proxied. */
  readonly proxy?: FaultProxy;
  /** Log lines that the processes wrote. */
  readonly lines: readonly string[];
  stop(): Promise<void>;
}

const operatorLogin = { email: 'operator@suite.example.test', password: 'correct horse battery' };
const operatorEnv = {
  OPERATOR_EMAIL: operatorLogin.email,
  OPERATOR_PASSWORD: operatorLogin.password,
};
const secret = 'a-secret-of-this-suite-long-enough-for-all';
const rates = { perSecond: 1e6, burst: 1e6 };
const stopGraceMs = 20_000;
const logLevel = (process.env.MKT_TEST_LOG as 'warn' | undefined) ?? 'silent';

/** What differs between the shapes once they run. */
interface Started {
  readonly url: string;
  urlOf(service: ServiceName): string;
  settle(): Promise<void>;
  advance(ms: number): Promise<void>;
  kill(service: ServiceName): Promise<void>;
  environmentOf(service: ServiceName): NodeJS.ProcessEnv;
  end(service: ServiceName, then: 'restart' | 'retire'): Promise<void>;
  pidOf(service: ServiceName): number;
  untilReady(): Promise<void>;
  readonly proxy?: FaultProxy;
  readonly stores?: StoreUrls;
  readonly lines: readonly string[];
  stop(): Promise<void>;
}

interface Place extends ShapeOptions {
  readonly database: SuiteDatabase;
  readonly dir: string;
}

export async function startShape(
  kind: ShapeKind,
  serverUrl: string,
  options: ShapeOptions = {},
): Promise<Shape> {
  const database = await createSuiteDatabase(serverUrl);
  const dir = await mkdtemp(join(tmpdir(), `mkt-${kind}-`));
  const start = kind === 'processes' ? inProcesses : inOneProcess;
  const started = await start({ ...options, database, dir }, kind);
  const { url } = started;
  return {
    kind,
    ...started,
    database,
    async operator() {
      const body = operatorLogin;
      return (await expectOk(request(url, 'POST', '/v1/auth/login', { body }))).accessToken;
    },
    async now() {
      return new Date((await expectOk(request(url, 'GET', '/v1/clock'))).now);
    },
    async stop() {
      await started.stop();
      await database.drop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function inOneProcess(place: Place, kind: ShapeKind): Promise<Started> {
  const { database, dir, clientRate = rates } = place;
  const isConnected = kind === 'connected';
  const redis = isConnected && place.redis !== 'none' ? await redisFor(place) : undefined;
  const mongo = isConnected && !place.mongodbUrl ? await startTestMongo() : undefined;
  const { log, traces, logs } = place.telemetry ?? { log: createLogger(logLevel) };
  const metrics = createMetrics();
  const urls: StoreUrls = {
    redisUrl: redis?.url,
    mongodbUrl: mongo ? databaseIn(mongo) : place.mongodbUrl,
    identity: 'marketplace',
  };
  const stores = isConnected
    ? await connectedStores({
        ...urls,
        redisMetered: place.redis === 'metered',
        log,
        meter: place.meter ?? createMeter(),
        metrics,
      })
    : embeddedStores();
  const clock = await createOffsetClock(undefined);
  const marketplace = await startMarketplace({
    admin: database.admin,
    filesDir: join(dir, 'files'),
    listen: { host: '127.0.0.1', port: 0 },
    clock,
    log,
    soleProcess: place.soleProcess ?? true,
    version: 'test',
    secretKey: testSecretKey,
    limits: { client: { name: 'client', ...clientRate }, vendor: { name: 'vendor', ...rates } },
    env: { ...operatorEnv, ...place.env },
    stores,
    metrics,
    ...(traces ? { traces } : {}),
    ...(logs ? { logs } : {}),
  });
  clock.onAdvance(() => marketplace.sweep());
  return {
    url: marketplace.url,
    urlOf: () => marketplace.url,
    settle: marketplace.idle,
    async advance(ms) {
      await clock.advance(ms);
      await marketplace.idle();
    },
    kill: onlyInProcesses,
    end: onlyInProcesses,
    environmentOf: onlyInProcesses,
    pidOf: onlyInProcesses,
    untilReady: async () => {},
    ...(isConnected ? { stores: urls } : {}),
    lines: [],
    async stop() {
      await marketplace.stop();
      await redis?.stop();
      await mongo?.stop();
    },
  };
}

function onlyInProcesses(): never {
  throw new Error('All services are in one process: a service has none of its own');
}

/** The suite's own database, also on a server that others use. */
function databaseIn({ url, database }: TestMongo): string {
  const address = new URL(url);
  address.pathname = `/${database}`;
  return address.href;
}

async function inProcesses(place: Place): Promise<Started> {
  const { database, dir, mongodbUrl = process.env.MONGODB_URL } = place;
  const redis = await redisFor(place);
  const ports = await findPorts(serviceNames.length, '127.0.0.1');
  const urlOf = (name: ServiceName): string =>
    `http://127.0.0.1:${ports[serviceNames.indexOf(name)]}`;
  const { host, port, user, database: name } = database.admin;
  const { proxied } = place;
  const proxy = proxied && (await startFaultProxy(addressOf(urlOf(proxied))));
  const balancedUrlOf = (service: ServiceName): string =>
    place.reachedAt?.[service] ?? urlOf(service);
  const peerUrlOf = (service: ServiceName): string =>
    proxy && service === proxied ? `http://${proxy.host}:${proxy.port}` : balancedUrlOf(service);
  const lines: string[] = [];
  const environmentOf = (service: ServiceName): NodeJS.ProcessEnv => ({
    PATH: process.env.PATH,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    PORT: String(new URL(urlOf(service)).port),
    PEER_SECRET: secret,
    SECRET_KEY: testSecretKey,
    PEER_URLS: serviceNames.map((one) => `${one}=${peerUrlOf(one)}`).join(','),
    DATABASE_URL: `postgres://${user}@localhost:${port}/${name}?host=${encodeURIComponent(host)}`,
    REDIS_URL: redis.url,
    ...(mongodbUrl ? { MONGODB_URL: mongodbUrl } : {}),
    FILES_DIR: join(dir, 'files'),
    CLOCK_FILE: join(dir, 'clock.json'),
    SOLE_PROCESS: 'true',
    LOG_LEVEL: 'warn',
    CLIENT_RATE: '1000000:1000000',
    VENDOR_RATE: '1000000:1000000',
    ...(service === 'user' ? operatorEnv : {}),
    ...place.envOf?.(service),
    ...place.env,
  });
  const supervisor = startSupervisor({
    services: serviceNames,
    entryOf: (service) => place.entryOf?.(service) ?? process.env.MKT_TEST_SERVICE,
    print: (line) => lines.push(line),
    restart: { firstMs: 20, maxMs: 1_000, healthyAfterMs: 500, mostBeforeReady: 50 },
    envOf: environmentOf,
  });
  const log = createLogger(logLevel);
  const bus = await connectedStores({
    redisUrl: redis.url,
    identity: 'marketplace',
    log,
    meter: createMeter(),
    metrics: createMetrics(),
  });
  const control = createControl({
    urlOf: balancedUrlOf,
    tokens: createPeerTokens({ self: 'installation', secrets: [secret] }),
    log,
    isBusIdle: bus.isBusIdle,
  });
  const untilReady = async (): Promise<void> => {
    await Promise.all([...supervisor.processes.values()].map((one) => one.untilReady()));
  };
  const stop = async (): Promise<void> => {
    await supervisor.stop();
    await control.close();
    await bus.bus.close();
    await bus.close();
    await redis.stop();
    await proxy?.goAway();
  };
  try {
    await supervisor.ready;
  } catch (error) {
    await stop();
    throw new Error(`The processes did not start:\n${lines.slice(-30).join('\n')}`, {
      cause: error,
    });
  }
  const url = urlOf('gateway');
  return {
    url,
    urlOf,
    lines,
    ...(proxy ? { proxy } : {}),
    untilReady,
    settle: () => settleWith(control.settle, database),
    async advance(ms) {
      const token = (
        await expectOk(request(url, 'POST', '/v1/auth/login', { body: operatorLogin }))
      ).accessToken;
      await expectOk(request(url, 'POST', '/v1/clock/advance', { token, body: { ms } }));
      await settleWith(control.settle, database);
    },
    async kill(service) {
      supervisor.processes.get(service)?.kill('SIGKILL');
    },
    environmentOf,
    async end(service, then) {
      const one = supervisor.processes.get(service);
      if (then === 'retire') return one?.stop(stopGraceMs);
      one?.kill('SIGTERM');
      return one?.untilReady();
    },
    pidOf: (service) => supervisor.processes.get(service)?.pid ?? 0,
    stop,
  };
}

function addressOf(url: string): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
}

const maxLooks = 400;

/** Nothing under way in any process, nothing on the bus, and nothing left in any outbox. */
async function settleWith(settle: () => Promise<void>, database: SuiteDatabase): Promise<void> {
  for (let look = 0; look < maxLooks; look += 1) {
    await settle();
    if (await nothingIsLeft(database)) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('The marketplace did not come to rest');
}

async function nothingIsLeft(database: SuiteDatabase): Promise<boolean> {
  const counts = backendNames.map(
    (name) => `
      SELECT count(*) AS n FROM "${name}".outbox WHERE published_at IS NULL
      UNION ALL SELECT count(*) FROM "${name}".saga_signals
      UNION ALL SELECT count(*) FROM "${name}".sagas
        WHERE finished_at IS NULL AND command IS NOT NULL`,
  );
  const [row] = await database.query(
    `SELECT sum(n)::int AS n FROM (${counts.join(' UNION ALL ')}) q`,
  );
  return row?.n === 0;
}

async function redisFor({ redisUrl, dir }: Place) {
  if (redisUrl) return { url: redisUrl, stop: async () => {} };
  const { startLocalRedis } = await import('@mkt/redis/server');
  const dataDir = join(dir, 'redis');
  await mkdir(dataDir, { recursive: true });
  return startLocalRedis({ dataDir, isDurable: false });
}
