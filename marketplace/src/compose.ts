import { mkdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  type BucketSpec,
  createGateway,
  createStaticFiles,
  inProcessUpstream,
  type Upstream,
} from '@mkt/gateway';
import type { Clock } from '@mkt/kernel';
import {
  buildService,
  type ClientConfig,
  createDatabase,
  createInProcessBus,
  createLocalCache,
  createMeter,
  createMetrics,
  createPeerRegistry,
  createPeers,
  createPostgresDocuments,
  createTokenVerifier,
  createUsageReporter,
  type Database,
  type EventBus,
  type FaultPoint,
  type Logger,
  type MeteredService,
  type Metrics,
  migrateAll,
  noFaults,
  type PoolConfig,
  platformRoleOf,
  type RolePassword,
  type RunningService,
  type ServiceDefinition,
  type TokenVerifier,
  vendorRoleOf,
} from '@mkt/service-kit';
import { serviceSpec } from '@mkt/topology';

import { serviceDefinitions } from './definitions.ts';

export interface MarketplaceOptions {
  /** The server and an administrator's login: it migrates, the services use roles of their own. */
  readonly admin: ClientConfig;
  readonly rolePassword?: RolePassword;
  /** Files of the services: index snapshots, uploads, mail. */
  readonly filesDir: string;
  readonly listen: { readonly host: string; readonly port: number } | null;
  readonly clock: Clock;
  readonly log: Logger;
  readonly faultPoint?: FaultPoint;
  /** No other process runs these services on this database. */
  readonly soleProcess: boolean;
  readonly version: string;
  readonly limits: { readonly client: BucketSpec; readonly vendor: BucketSpec };
  readonly allowedOrigins?: readonly string[];
  /** Folders served as they are, by path prefix. */
  readonly staticFolders?: Readonly<Record<string, string>>;
  readonly processMetrics?: boolean;
  readonly sweepIntervalMs?: number;
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

const defaultSweepIntervalMs = 30 * 60_000;
const usageIntervalMs = 60_000;
const drainTimeoutMs = 8_000;
const settleRounds = 50;

/** All services in this process, behind one gateway. Every part receives what it needs here. */
export async function startMarketplace(options: MarketplaceOptions): Promise<Marketplace> {
  await migrateAll(
    options.admin,
    serviceDefinitions.flatMap(({ name, migrationsDir }) =>
      migrationsDir ? [{ service: name, migrationsDir }] : [],
    ),
    options.rolePassword ?? (() => undefined),
  );
  const shared = createShared(options);
  const services = new Map<string, RunningService>();
  for (const definition of serviceDefinitions) {
    services.set(definition.name, await buildOne(definition, options, shared));
  }
  const upstreams = [...services.values()].map(inProcessUpstream);
  const upstreamOf = (name: string): Upstream => {
    const found = upstreams.find((upstream) => upstream.name === name);
    if (!found) throw new Error(`No service named ${name} runs here`);
    return found;
  };
  shared.keySource.fetch = async () => {
    const reply = await upstreamOf('user').fetch('/v1/auth/jwks', {});
    if (reply.status !== 200) throw new Error(`The key set answered ${reply.status}`);
    return JSON.parse(reply.body.toString());
  };
  for (const service of services.values()) await service.start();

  let ready = true;
  const gateway = createGateway({
    upstreams,
    peers: createPeers('gateway', shared.registry.transport, shared.metrics),
    bus: shared.bus,
    tokens: shared.tokens,
    log: options.log,
    metrics: shared.metrics,
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
  const usage = createUsageReporter(shared.metered, options.log, usageIntervalMs);
  shared.usage.flush = usage.flush;
  usage.start();

  const all = [...services.values()];
  async function idle(): Promise<void> {
    // One service's event is the next one's work: settled means that a whole round found nothing.
    for (let round = 0; round < settleRounds; round += 1) {
      const before = shared.activity();
      for (const service of all) await service.idle();
      if (shared.activity() === before) return;
    }
  }

  return {
    url: server ? urlOf(server) : '',
    services,
    metrics: shared.metrics,
    bus: shared.bus,
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
      if (server) await closeServer(server);
      await Promise.all(all.map((service) => service.drain()));
      await usage.stop();
      await shared.bus.close();
      await Promise.all(all.toReversed().map((service) => service.close()));
    },
  };
}

const serverLimits = {
  headersTimeout: 10_000,
  requestTimeout: 300_000,
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16 * 1024,
};

interface Shared {
  readonly bus: EventBus;
  readonly registry: ReturnType<typeof createPeerRegistry>;
  readonly metrics: Metrics;
  readonly tokens: TokenVerifier;
  readonly keySource: { fetch: Parameters<typeof createTokenVerifier>[0] };
  readonly metered: MeteredService[];
  readonly usage: { flush: () => Promise<void> };
  /** Counts events that were published: changes while anything happens. */
  readonly activity: () => number;
}

function createShared(options: MarketplaceOptions): Shared {
  const keySource: Shared['keySource'] = {
    fetch: () => Promise.reject(new Error('The services have not started')),
  };
  const bus = createInProcessBus();
  let published = 0;
  return {
    bus: {
      ...bus,
      publish: (event) => {
        published += 1;
        return bus.publish(event);
      },
    },
    registry: createPeerRegistry(),
    metrics: createMetrics({ processMetrics: options.processMetrics ?? false }),
    tokens: createTokenVerifier(() => keySource.fetch()),
    keySource,
    metered: [],
    usage: { flush: async () => {} },
    activity: () => published,
  };
}

async function buildOne(
  definition: ServiceDefinition,
  options: MarketplaceOptions,
  shared: Shared,
): Promise<RunningService> {
  const { name } = definition;
  const spec = serviceSpec(name);
  const meter = createMeter();
  const db = openDatabase(name, spec.pool, options, meter);
  const peers = createPeers(name, shared.registry.transport, shared.metrics);
  shared.metered.push({ name, meter, peers });
  const filesDir = join(options.filesDir, name);
  await mkdir(filesDir, { recursive: true });
  return buildService(definition, {
    spec,
    db,
    bus: shared.bus,
    peers,
    registry: shared.registry,
    cache: createLocalCache({ maxEntries: 2_000 }),
    documents: (collection) => createPostgresDocuments(db, collection, meter),
    tokens: shared.tokens,
    clock: options.clock,
    log: options.log,
    meter,
    metrics: shared.metrics,
    faultPoint: options.faultPoint ?? noFaults,
    filesDir,
    soleProcess: options.soleProcess,
    sweepIntervalMs: options.sweepIntervalMs ?? defaultSweepIntervalMs,
    flushUsage: () => shared.usage.flush(),
  });
}

function openDatabase(
  service: string,
  pool: { platform: number; vendor: number },
  { admin, rolePassword }: MarketplaceOptions,
  meter: ReturnType<typeof createMeter>,
): Database {
  const role = (user: string) => {
    const password = rolePassword?.(user);
    return password === undefined ? { user } : { user, password };
  };
  const { user: _, password: __, connectionString: ___, ...connection } = admin;
  return createDatabase({
    connection: connection as PoolConfig,
    platformRole: role(platformRoleOf(service)),
    vendorRole: role(vendorRoleOf(service)),
    pool: { platform: Math.max(1, pool.platform), vendor: Math.max(1, pool.vendor) },
    meter,
    acquireTimeoutMs: 10_000,
    idleTimeoutMs: 30_000,
  });
}

function listen(server: Server, address: { host: string; port: number }): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address.port, address.host, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}

function urlOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/** Stops accepting, lets requests finish within a bound, then cuts what is left. */
async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), drainTimeoutMs);
  await closed;
  clearTimeout(cut);
}
