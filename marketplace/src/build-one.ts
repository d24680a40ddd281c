import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@mkt/kernel';
import {
  type Admission,
  buildService,
  type ClientConfig,
  createDatabase,
  createMeter,
  createPeers,
  createSecrets,
  type Database,
  type FaultPoint,
  type Logger,
  type LogRing,
  type Meter,
  type MeteredService,
  type Metrics,
  noFaults,
  type PeerRegistry,
  type PeerTokens,
  type PeerTransport,
  type PoolConfig,
  platformRoleOf,
  type RolePassword,
  type RunningService,
  type ServiceDefinition,
  type TokenVerifier,
  type TraceRecorder,
  vendorRoleOf,
} from '@mkt/service-kit';
import { serviceSpec } from '@mkt/topology';
import type { Stores } from './stores/stores.ts';

/** What a service is built on; the same in every shape. */
export interface BuildOptions {
  /** The server and database; services connect with roles of their own. */
  readonly admin: ClientConfig;
  readonly rolePassword?: RolePassword;
  /** Files of the services: index snapshots, uploads, mail. */
  readonly filesDir: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly tokens: TokenVerifier;
  readonly stores: Stores;
  readonly transport: PeerTransport;
  readonly registry?: PeerRegistry;
  readonly peerTokens?: Pick<PeerTokens, 'verify'>;
  readonly admission?: Pick<Admission, 'enter'>;
  readonly faultPoint?: FaultPoint;
  /** Seals the secrets in the database; with commas between, the newest first. */
  readonly secretKey: string;
  /** No other process runs these services on this database. */
  readonly soleProcess: boolean;
  readonly sweepIntervalMs?: number;
  readonly flushUsage: () => Promise<void>;
  readonly traces?: TraceRecorder | undefined;
  readonly logs?: LogRing | undefined;
}

export interface BuiltService {
  readonly service: RunningService;
  /** What it counted, to be reported. */
  readonly metered: MeteredService;
}

const defaultSweepIntervalMs = 30 * 60_000;

/** Builds one service with a database, cache, documents and peers of its own. */
export async function buildOne(
  definition: ServiceDefinition,
  options: BuildOptions,
): Promise<BuiltService> {
  const { name } = definition;
  const { stores, metrics, clock, log, tokens, soleProcess, flushUsage } = options;
  const spec = serviceSpec(name);
  const meter = createMeter();
  const db = openDatabase(name, spec.pool, options, meter);
  const peers = createPeers(name, options.transport, metrics, stores.breakerShare);
  const filesDir = join(options.filesDir, name);
  await mkdir(filesDir, { recursive: true });
  const user = { name, db, meter };
  const service = await buildService(definition, {
    spec,
    db,
    bus: stores.bus,
    peers,
    ...(options.registry ? { registry: options.registry } : {}),
    ...(options.peerTokens ? { peerTokens: options.peerTokens } : {}),
    ...(options.admission ? { admission: options.admission } : {}),
    cache: stores.cacheOf(user),
    storeWork: stores.workOf(user),
    documents: (collection) => stores.documentsOf(user, collection),
    tokens,
    clock,
    log,
    meter,
    metrics,
    faultPoint: options.faultPoint ?? noFaults,
    secrets: createSecrets(options.secretKey, name),
    filesDir,
    soleProcess,
    sweepIntervalMs: options.sweepIntervalMs ?? defaultSweepIntervalMs,
    flushUsage,
    traces: options.traces,
    logs: options.logs,
  });
  return { service, metered: { name, meter, peers } };
}

function openDatabase(
  service: string,
  pool: { platform: number; vendor: number },
  { admin, rolePassword }: BuildOptions,
  meter: Meter,
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
