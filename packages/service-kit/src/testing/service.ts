import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type EventContract,
  type EventEnvelope,
  eventContracts,
  type PayloadOf,
} from '@mkt/contracts';
import { type FixedClock, fixedClock, uuidv7 } from '@mkt/kernel';
import { type ServiceName, serviceSpec } from '@mkt/topology';
import { createTokenVerifier } from '../auth/tokens.ts';
import type { Background } from '../background.ts';
import type { EventBus } from '../bus/bus.ts';
import { createInProcessBus } from '../bus/in-process.ts';
import { createLocalCache } from '../cache/cache.ts';
import { createSecrets } from '../crypto/sealed.ts';
import type { Database } from '../db/database.ts';
import type { CollectionSpec, Documents } from '../documents/documents.ts';
import { createPostgresDocuments } from '../documents/postgres.ts';
import { type FaultPoint, noFaults } from '../faults.ts';
import type { Method } from '../http/route.ts';
import { createPeerRegistry, createPeers, type PeerHandler } from '../peers/peers.ts';
import { buildService, type RunningService, type ServiceDefinition } from '../service.ts';
import { createLogger, type Logger } from '../telemetry/log.ts';
import type { LogRing } from '../telemetry/log-ring.ts';
import { createMeter, type Meter } from '../telemetry/meter.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import type { TraceRecorder } from '../telemetry/trace/recorder.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { createTestTokens, type TestTokens } from './tokens.ts';

/** Another store of documents than PostgreSQL, for one test service. */
export interface TestDocuments {
  documents<Body>(collection: CollectionSpec): Documents<Body>;
  readonly storeWork: readonly Background[];
  close(): Promise<void>;
}

export type OpenTestDocuments = (given: {
  readonly service: ServiceName;
  readonly db: Database;
  readonly meter: Meter;
}) => Promise<TestDocuments>;

export interface TestServiceOptions {
  /** The shared server: vitest's `inject('postgresUrl')`. */
  readonly postgresUrl: string;
  /** Stand-ins for the peers this service calls, by contract. */
  readonly peers?: readonly PeerHandler[];
  readonly clock?: FixedClock;
  readonly faultPoint?: FaultPoint;
  /** Starts on the database of another test service, as after a crash; that one drops it. */
  readonly database?: TestDatabase;
  /** Another secret key than that of every other test. */
  readonly secretKey?: string;
  /** Opens the store of its documents; PostgreSQL where it is missing. */
  readonly documents?: OpenTestDocuments;
  readonly log?: Logger;
  readonly logs?: LogRing;
  readonly traces?: TraceRecorder;
}

/** The same everywhere, so that services started on one database open each other's secrets. */
export const testSecretKey = 'dGVzdHMtdXNlLXRoaXMta2V5LWFuZC1ub2JvZHktZWw';

export interface TestRequest {
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is, for streams and malformed bodies. */
  readonly raw?: string | Buffer;
  /** A fresh one is made where it is missing; null sends none. */
  readonly idempotencyKey?: string | null;
}

export interface TestResponse {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
  readonly body: any;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** One real service on a real database, with stand-ins for its peers and a clock that a test moves. */
export interface TestService {
  readonly service: RunningService;
  readonly database: TestDatabase;
  readonly db: Database;
  readonly tokens: TestTokens;
  readonly clock: FixedClock;
  readonly meter: Meter;
  readonly bus: EventBus;
  /** The service's own folder. */
  readonly filesDir: string;
  /** Documents as the service's store holds them, whichever that is. */
  documents<Body>(collection: CollectionSpec): Documents<Body>;
  request(method: Method, url: string, request?: TestRequest): Promise<TestResponse>;
  /** Calls a peer operation of this service, as another service would. */
  peer(name: string, request: unknown): ReturnType<PeerHandler['handle']>;
  /** Events in the outbox, oldest first, of one type where named; payloads are checked. */
  events(type?: string): Promise<EventEnvelope[]>;
  /** Delivers an event of another service and waits until it was dealt with. */
  deliver<Contract extends EventContract>(
    contract: Contract,
    payload: PayloadOf<Contract>,
    envelope?: Partial<EventEnvelope>,
  ): Promise<EventEnvelope>;
  /** Moves the clock, then takes up what has become due. */
  advance(ms: number): Promise<void>;
  idle(): Promise<void>;
  close(): Promise<void>;
}

export async function startTestService(
  definition: ServiceDefinition,
  options: TestServiceOptions,
): Promise<TestService> {
  const spec = serviceSpec(definition.name);
  const clock = options.clock ?? fixedClock(new Date());
  const database = options.database ?? (await createDatabaseFor(definition, options.postgresUrl));
  const meter = createMeter();
  const metrics = createMetrics();
  const tokens = await createTestTokens();
  const db = database.forService(definition.name, undefined, meter);
  const bus = createInProcessBus();
  const registry = createPeerRegistry();
  registry.register(options.peers ?? []);
  const filesDir = await mkdtemp(join(tmpdir(), `mkt-${definition.name}-`));
  const store = await options.documents?.({ service: definition.name, db, meter });
  const documents = <Body>(collection: CollectionSpec): Documents<Body> =>
    store?.documents<Body>(collection) ?? createPostgresDocuments<Body>(db, collection, meter);
  const building = buildService(definition, {
    spec,
    db,
    bus,
    peers: createPeers(definition.name as ServiceName, registry.transport, metrics),
    registry,
    cache: createLocalCache({ maxEntries: 1_000 }),
    documents,
    storeWork: store?.storeWork ?? [],
    tokens: createTokenVerifier(tokens.keySource),
    clock,
    log: options.log ?? createLogger((process.env.MKT_TEST_LOG as 'info' | undefined) ?? 'silent'),
    logs: options.logs,
    traces: options.traces,
    meter,
    metrics,
    faultPoint: options.faultPoint ?? noFaults,
    flushUsage: async () => {},
    secrets: createSecrets(options.secretKey ?? testSecretKey, definition.name),
    filesDir,
    soleProcess: true,
    sweepIntervalMs: 3_600_000,
  });
  async function release(): Promise<void> {
    await bus.close();
    await store?.close();
    if (!options.database) await database.drop();
    await rm(filesDir, { recursive: true, force: true });
  }
  async function start(): Promise<RunningService> {
    const built = await building;
    await built.start();
    return built;
  }
  const service = await start().catch(async (error: unknown) => {
    await release();
    throw error;
  });

  return {
    service,
    database,
    db,
    tokens,
    clock,
    meter,
    bus,
    filesDir,
    documents,
    request: (method, url, request = {}) => send(service, method, url, request),
    peer(name, request) {
      const handler = registry.handlerOf(name);
      if (!handler) throw new Error(`${definition.name} does not handle ${name}`);
      return handler.handle(handler.operation.request.parse(request));
    },
    async events(type) {
      const { rows } = await database.admin(
        `SELECT * FROM "${definition.name}".outbox WHERE $1::text IS NULL OR type = $1 ORDER BY seq`,
        [type ?? null],
      );
      return rows.map((row) => ({
        id: row.id,
        type: row.type,
        version: row.version,
        occurredAt: row.occurred_at.toISOString(),
        aggregateId: row.aggregate_id,
        aggregateVersion: row.aggregate_version,
        correlationId: row.correlation_id,
        causationId: row.causation_id,
        vendorId: row.vendor_id,
        traceparent: row.traceparent,
        payload: eventContracts.get(row.type)?.payload.parse(row.payload),
      }));
    },
    async deliver(contract, payload, envelope = {}) {
      const event: EventEnvelope = {
        id: uuidv7(),
        type: contract.type,
        version: contract.version,
        occurredAt: clock.now().toISOString(),
        aggregateId: uuidv7(),
        aggregateVersion: 1,
        correlationId: randomUUID(),
        causationId: null,
        vendorId: null,
        traceparent: null,
        ...envelope,
        payload,
      };
      await bus.publish(event);
      await service.idle();
      return event;
    },
    async advance(ms) {
      clock.advance(ms);
      await service.sweep();
      await service.idle();
    },
    idle: () => service.idle(),
    async close() {
      await service.drain();
      await service.close();
      await release();
    },
  };
}

function createDatabaseFor(
  { name, migrationsDir }: ServiceDefinition,
  postgresUrl: string,
): Promise<TestDatabase> {
  return createTestDatabase(postgresUrl, migrationsDir ? [{ service: name, migrationsDir }] : []);
}

async function send(
  service: RunningService,
  method: Method,
  url: string,
  { token, body, headers = {}, raw, idempotencyKey }: TestRequest,
): Promise<TestResponse> {
  const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const key = idempotencyKey === undefined ? randomUUID() : idempotencyKey;
  const response = await service.http.inject({
    method,
    url,
    headers: {
      ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(key && method !== 'GET' ? { 'idempotency-key': key } : {}),
      ...headers,
    },
    ...(payload === undefined ? {} : { payload }),
  });
  const isJson = String(response.headers['content-type'] ?? '').includes('json');
  return {
    status: response.statusCode,
    body: isJson ? JSON.parse(response.payload) : response.payload,
    text: response.payload,
    headers: response.headers,
  };
}
