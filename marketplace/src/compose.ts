import { createServer } from 'node:http';
import {
  type BucketSpec,
  createGateway,
  createStaticFiles,
  inProcessUpstream,
  type Upstream,
} from '@mkt/gateway';
import {
  createMetrics,
  createPeerRegistry,
  createPeers,
  createTokenVerifier,
  createTraceRecorder,
  createUsageReporter,
  type Environment,
  type EventBus,
  type LogRing,
  type MeteredService,
  type Metrics,
  migrateAll,
  type RunningService,
  type TraceRecorder,
} from '@mkt/service-kit';
import { countActivity } from './activity.ts';
import { type BuildOptions, buildOne } from './build-one.ts';
import { type Address, closeServer, listen, serverLimits, urlOf } from './listening.ts';
import { loadAll } from './load-definition.ts';
import { ensureConfiguredOperator } from './operator.ts';
import { embeddedStores, type Stores } from './stores/stores.ts';
import { tellMigrated } from './tell-migrated.ts';

/** Options that every composition hands to its services as they are. */
type ServiceOptions = Pick<
  BuildOptions,
  | 'admin'
  | 'rolePassword'
  | 'filesDir'
  | 'clock'
  | 'log'
  | 'faultPoint'
  | 'secretKey'
  | 'soleProcess'
  | 'sweepIntervalMs'
>;

export interface MarketplaceOptions extends ServiceOptions {
  readonly listen: Address | null;
  readonly version: string;
  readonly limits: { readonly client: BucketSpec; readonly vendor: BucketSpec };
  readonly allowedOrigins?: readonly string[];
  /** Folders served as they are, by path prefix. */
  readonly staticFolders?: Readonly<Record<string, string>>;
  readonly processMetrics?: boolean;
  /** Stopped at the end; kept in this process alone unless given. */
  readonly traces?: TraceRecorder;
  /** Where the log keeps its last lines. */
  readonly logs?: LogRing;
  /** The instruments of this process, where the stores count with them too. */
  readonly metrics?: Metrics;
  /** Own settings of the services, such as SMTP_URL; none unless given. */
  readonly env?: Environment;
  /** Pause between reports of metered use. */
  readonly usageIntervalMs?: number;
  /** Closed at the end; everything in this process unless given. */
  readonly stores?: Stores;
}

export interface Marketplace {
  /** Where it listens, such as `http://127.0.0.1:8080`; empty where it does not. */
  readonly url: string;
  readonly services: ReadonlyMap<string, RunningService>;
  readonly metrics: Metrics;
  readonly bus: EventBus;
  upstream(name: string): Upstream;
  /** Resolves when no event, saga or background work is left to do now. */
  idle(): Promise<void>;
  /** Takes up everything that is due by the business clock, until nothing is. */
  sweep(): Promise<void>;
  stop(): Promise<void>;
}

const defaultUsageIntervalMs = 60_000; // mkt-allow fast-timer: one process, whose database does not sleep
const settleRounds = 50;

/** All services in this process, behind one gateway. What was opened is closed where it fails. */
export async function startMarketplace(options: MarketplaceOptions): Promise<Marketplace> {
  const stores = options.stores ?? embeddedStores();
  const services = new Map<string, RunningService>();
  try {
    return await start(options, stores, services);
  } catch (error) {
    await Promise.allSettled([...services.values()].map((service) => service.drain()));
    await stores.bus.close();
    await Promise.allSettled([...services.values()].map((service) => service.close()));
    await stores.close();
    throw error;
  }
}

/** Every part receives here what it needs. */
async function start(
  options: MarketplaceOptions,
  stores: Stores,
  services: Map<string, RunningService>,
): Promise<Marketplace> {
  const { env = {}, log } = options;
  const definitions = await loadAll(env);
  const migrated = await migrateAll(
    options.admin,
    definitions.flatMap(({ name, migrationsDir }) =>
      migrationsDir
        ? [{ service: name, migrationsDir, mayRunElsewhere: !options.soleProcess }]
        : [],
    ),
    options.rolePassword ?? (() => undefined),
  );
  tellMigrated(log, migrated);
  const metrics =
    options.metrics ?? createMetrics({ processMetrics: options.processMetrics ?? false });
  const traces = options.traces ?? createTraceRecorder();
  const registry = createPeerRegistry();
  const tokens = createTokenVerifier(fetchKeys);
  const metered: MeteredService[] = [];
  const usage = createUsageReporter(
    metered,
    log,
    options.usageIntervalMs ?? defaultUsageIntervalMs,
  );
  const counted = countActivity(stores.bus);
  for (const definition of definitions) {
    const built = await buildOne(definition, {
      ...options,
      stores: { ...stores, bus: counted.bus },
      metrics,
      registry,
      transport: registry.transport,
      tokens,
      flushUsage: usage.flush,
      traces,
    });
    services.set(definition.name, built.service);
    metered.push(built.metered);
  }
  const upstreams = [...services.values()].map(inProcessUpstream);
  const upstreamOf = (name: string): Upstream => {
    const found = upstreams.find((upstream) => upstream.name === name);
    if (!found) throw new Error(`No service named ${name} runs here`);
    return found;
  };
  async function fetchKeys() {
    const reply = await upstreamOf('user').fetch('/v1/auth/jwks', {});
    if (reply.status !== 200) throw new Error(`The key set answered ${reply.status}`);
    return JSON.parse(reply.body.toString());
  }
  for (const service of services.values()) await service.start();
  const user = services.get('user');
  if (user) await ensureConfiguredOperator(env, user.db);

  let ready = true;
  const gateway = createGateway({
    upstreams,
    peers: createPeers('gateway', registry.transport, metrics, stores.breakerShare),
    ...(stores.rateLimiter ? { rateLimiter: stores.rateLimiter } : {}),
    bus: stores.bus,
    tokens,
    log,
    metrics,
    traces,
    logs: options.logs,
    staticFiles: await Promise.all(
      Object.entries(options.staticFolders ?? {}).map(([prefix, folder]) =>
        createStaticFiles(prefix, folder),
      ),
    ),
    version: options.version,
    allowedOrigins: options.allowedOrigins ?? [],
    limits: options.limits,
    isReady: () => ready,
  });
  const server = options.listen
    ? await listen(createServer(serverLimits, gateway.handle), options.listen)
    : undefined;
  usage.start();

  const all = [...services.values()];
  async function idle(): Promise<void> {
    // One service's event is the next one's work: settled means that a whole round found nothing.
    for (let round = 0; round < settleRounds; round += 1) {
      const before = counted.activity();
      for (const service of all) await service.idle();
      await stores.idle();
      if (counted.activity() === before) return;
    }
  }

  return {
    url: server ? urlOf(server) : '',
    services,
    metrics,
    bus: stores.bus,
    upstream: upstreamOf,
    idle,
    async sweep() {
      for (let round = 0; round < settleRounds; round += 1) {
        let taken = 0;
        for (const service of all) taken += await service.sweep();
        await idle();
        if (taken === 0) return;
      }
    },
    async stop() {
      ready = false;
      gateway.close();
      options.logs?.close();
      if (server) await closeServer(server);
      await Promise.all(all.map((service) => service.drain()));
      await usage.stop();
      await stores.bus.close();
      await Promise.all(all.toReversed().map((service) => service.close()));
      await stores.close();
      await traces.stop();
    },
  };
}
