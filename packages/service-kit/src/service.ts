import type { Clock } from '@mkt/kernel';
import { assert } from '@mkt/kernel';
import type { ServiceName, ServiceSpec } from '@mkt/topology';
import { resilienceByClass } from '@mkt/topology';
import type { FastifyInstance } from 'fastify';
import type { TokenVerifier } from './auth/tokens.ts';
import type { Background } from './background.ts';
import type { EventBus } from './bus/bus.ts';
import type { Cache } from './cache/cache.ts';
import { countedCache } from './cache/counted.ts';
import type { Secrets } from './crypto/sealed.ts';
import type { Database } from './db/database.ts';
import type { CollectionSpec, Documents } from './documents/documents.ts';
import { type Consumer, createSubscription } from './events/consumer.ts';
import { createRelay } from './events/relay.ts';
import type { FaultPoint } from './faults.ts';
import type { AnyRoute } from './http/route.ts';
import { createHttpServer } from './http/server.ts';
import type { Admission } from './load/admission.ts';
import { operationsRoutes } from './operations/routes.ts';
import { addPeerRoutes } from './peers/peer-routes.ts';
import type { PeerTokens } from './peers/peer-tokens.ts';
import type { PeerHandler, PeerRegistry, Peers } from './peers/peers.ts';
import { createRetention, plumbingRetention, type RetentionRule } from './retention.ts';
import type { SagaDefinition } from './saga/definition.ts';
import { createSagaRunner, type SagaRunner } from './saga/runner.ts';
import type { Logger } from './telemetry/log.ts';
import type { LogRing } from './telemetry/log-ring.ts';
import type { Meter } from './telemetry/meter.ts';
import type { Metrics } from './telemetry/metrics.ts';
import type { TraceRecorder } from './telemetry/trace/recorder.ts';

/** Everything a service is given. It does not know which shape of the system it is part of. */
export interface ServiceRuntime {
  readonly spec: ServiceSpec;
  readonly db: Database;
  readonly bus: EventBus;
  readonly peers: Peers;
  readonly cache: Cache;
  documents<Body>(collection: CollectionSpec): Documents<Body>;
  readonly tokens: TokenVerifier;
  readonly clock: Clock;
  readonly log: Logger;
  readonly meter: Meter;
  readonly metrics: Metrics;
  readonly faultPoint: FaultPoint;
  /** Seals what must not be readable in the database, by a key of this service's own. */
  readonly secrets: Secrets;
  /** A folder of the service's own for files that can be rebuilt, or are its content. */
  readonly filesDir: string;
  /** No other process runs this service on these stores. */
  readonly soleProcess: boolean;
  /** Longest pause between sweeps for work that is due. */
  readonly sweepIntervalMs: number;
  /** Reports this process's counted usage to the guard now, instead of at the next interval. */
  flushUsage(): Promise<void>;
  /** Makes the runner of a saga; it begins and stops with the service. */
  saga<State, Input, Command>(
    definition: SagaDefinition<State, Input, Command>,
  ): SagaRunner<State, Input>;
}

/** What `buildApp` of a service returns. */
export interface ServiceParts {
  readonly routes: readonly AnyRoute[];
  readonly peers?: readonly PeerHandler[];
  readonly consumers?: readonly Consumer[];
  /** Work beside requests and events, such as a periodic snapshot. */
  readonly background?: readonly Background[];
  /** Rows of the service's own tables that go after some time. */
  readonly retention?: readonly RetentionRule[];
  /** Work that whoever runs the installation asks for by its name, as often as they like. */
  readonly chores?: Readonly<Record<string, Chore>>;
}

/** Work on what a running process holds; answers with what it counted. */
export type Chore = () => Promise<Readonly<Record<string, number>>>;

/** What a service is: data and a way to build it. */
export interface ServiceDefinition {
  readonly name: ServiceName;
  /** Folder of the service's SQL migrations; absent where it has no database. */
  readonly migrationsDir?: string;
  buildApp(runtime: ServiceRuntime): ServiceParts | Promise<ServiceParts>;
}

export interface RunningService {
  readonly name: ServiceName;
  readonly spec: ServiceSpec;
  readonly parts: ServiceParts;
  readonly http: FastifyInstance;
  readonly db: Database;
  start(): Promise<void>;
  /** Resolves when the service has nothing under way and nothing left to publish. */
  idle(): Promise<void>;
  /** Takes up everything that is due now. */
  sweep(): Promise<number>;
  /** Stops taking up new work and finishes what is under way. Its peers may still call it. */
  drain(): Promise<void>;
  /** Closes what the service holds; after `drain`, its own and that of whoever calls it. */
  close(): Promise<void>;
}

type RuntimeInput = Omit<ServiceRuntime, 'saga'> & {
  /** Where peers of the same process find the service's operations. */
  readonly registry?: PeerRegistry;
  /** Serves the operations over HTTP as well, to those who prove who they are. */
  readonly peerTokens?: Pick<PeerTokens, 'verify'>;
  /** Bounds the requests under way at once, where the service has a process of its own. */
  readonly admission?: Pick<Admission, 'enter'>;
  /** Work of the stores that the service was given; it begins before the service's own. */
  readonly storeWork?: readonly Background[];
  /** Where this process keeps what its work was made of; nowhere unless given. */
  readonly traces?: TraceRecorder | undefined;
  /** The last lines of this process’s log, for operators. */
  readonly logs?: LogRing | undefined;
};

/** Wires a service: routes, peer operations, consumers, outbox relay, sagas, background work. */
export async function buildService(
  definition: ServiceDefinition,
  input: RuntimeInput,
): Promise<RunningService> {
  const { spec, db, log, metrics, meter, bus, faultPoint, soleProcess, sweepIntervalMs } = input;
  const { name } = definition;
  const cache = countedCache(input.cache);
  const tracer = input.traces?.tracer(name);
  if (input.traces) metrics.state.readDroppedSpans(input.traces);
  if (definition.migrationsDir) metrics.state.readPools(name, db.pools);
  metrics.state.readMeter(name, meter.counted);
  const opened = new Set<string>();
  const runners: SagaRunner<unknown, unknown>[] = [];
  const runnersByKind = new Map<string, SagaRunner<unknown, unknown>>();
  const runtime: ServiceRuntime = {
    ...input,
    cache,
    documents: (collection) => {
      opened.add(collection.name);
      return input.documents(collection);
    },
    saga: (saga) => {
      const runner = createSagaRunner(saga, {
        service: name,
        db,
        clock: input.clock,
        log,
        metrics,
        faultPoint,
        soleProcess,
        sweepIntervalMs,
        tracer,
      });
      runners.push(runner as SagaRunner<unknown, unknown>);
      runnersByKind.set(saga.kind, runner as SagaRunner<unknown, unknown>);
      return runner;
    },
  };
  const built = await definition.buildApp(runtime);
  checkAgainstTopology(spec, built);
  checkCollections(spec, opened);
  const consumers = built.consumers ?? [];
  const subscription =
    consumers.length > 0
      ? createSubscription({ service: name, db, log, metrics, consumers, sweepIntervalMs, tracer })
      : undefined;
  const operations = operationsRoutes({
    service: name,
    meter,
    traces: input.traces,
    logs: input.logs,
    caches: [{ name: 'values', stats: cache.stats, clear: cache.deletePrefix }],
    ...(definition.migrationsDir
      ? { stored: { db, clock: input.clock, runners: runnersByKind, subscription } }
      : {}),
  });
  const parts = { ...built, routes: [...built.routes, ...operations] };

  const http = createHttpServer({
    service: name,
    routes: parts.routes,
    db: definition.migrationsDir ? db : undefined,
    tokens: input.tokens,
    log,
    meter,
    metrics,
    operationTimeoutMs: resilienceByClass[spec.class].operationTimeoutMs,
    tracer,
    admission: input.admission,
  });
  input.registry?.register(parts.peers ?? []);
  if (input.peerTokens) {
    const handlers = parts.peers ?? [];
    const { peerTokens } = input;
    addPeerRoutes(http, { service: name, handlers, tokens: peerTokens, log, metrics, tracer });
  }
  if (subscription) bus.subscribe(subscription);
  const relay =
    spec.emits.length > 0
      ? createRelay({
          service: name,
          db,
          bus,
          log,
          meter,
          metrics,
          faultPoint,
          soleProcess,
          sweepIntervalMs,
          tracer,
        })
      : undefined;
  const retention = createRetention({
    service: name,
    db,
    clock: input.clock,
    log,
    rules: definition.migrationsDir ? [...(parts.retention ?? []), ...plumbingRetention] : [],
    sweepIntervalMs,
  });
  const background = [...(input.storeWork ?? []), ...(parts.background ?? []), retention];

  return {
    name,
    spec,
    parts,
    http,
    db,
    async start() {
      await http.ready();
      for (const work of background) await work.start();
      await Promise.all(runners.map((runner) => runner.begin()));
      await relay?.start();
    },
    async idle() {
      for (const work of background) await work.idle?.();
      await Promise.all(runners.map((runner) => runner.idle()));
      await relay?.idle();
      for (const work of background) await work.idle?.();
    },
    async sweep() {
      let taken = 0;
      for (const runner of runners) taken += await runner.sweep();
      for (const work of background) taken += (await work.sweep?.()) ?? 0;
      return taken;
    },
    async drain() {
      subscription?.stop();
      await relay?.stop();
      await Promise.all(runners.map((runner) => runner.stop()));
      for (const work of background.toReversed()) await work.stop();
    },
    async close() {
      await http.close();
      await db.close();
    },
  };
}

/** Allowances are reckoned with the declared collections: no more may be opened, and no fewer. */
function checkCollections({ name, collections }: ServiceSpec, opened: ReadonlySet<string>): void {
  for (const collection of opened) {
    assert(
      collections.includes(collection),
      `${name} opens the collection ${collection}, which the topology does not declare`,
    );
  }
  for (const collection of collections) {
    assert(
      opened.has(collection),
      `${name} never opens the collection ${collection}, which the topology declares`,
    );
  }
}

/** Declared and actual must be the same: manifests, docs and subscriptions come from the topology. */
function checkAgainstTopology(spec: ServiceSpec, parts: ServiceParts): void {
  const consumed = (parts.consumers ?? []).map((consumer) => consumer.type);
  const declared = new Set(spec.consumes);
  for (const type of consumed) {
    assert(
      declared.has(type),
      `${spec.name} consumes ${type}, which the topology does not declare`,
    );
  }
  for (const { path } of parts.routes) {
    const prefix = path.split('/')[2] ?? '';
    const own = spec.routePrefixes.includes(prefix) || !path.startsWith('/v1/');
    assert(own, `${spec.name} serves ${path}, outside its prefixes in the topology`);
  }
  for (const { operation } of parts.peers ?? []) {
    assert(
      operation.name.startsWith(`${spec.name}.`),
      `${spec.name} handles ${operation.name}, which is another service's`,
    );
  }
}
