import type { Clock } from '@mkt/kernel';
import {
  type ClientConfig,
  connectDatabase,
  createMeter,
  createMetrics,
  createPeerTokens,
  createProtection,
  createTelemetry,
  createTokenVerifier,
  createUsageReporter,
  type Environment,
  Fault,
  type FaultPoint,
  type Logger,
  migrateAll,
  noFaults,
  parseDatabaseUrl,
  platformRoleOf,
  type RolePassword,
  type RunningService,
  readConfig,
  refuseUnfitSchema,
  refuseUnsafeRoles,
  rolesOf,
  type ServiceDefinition,
  telemetrySettings,
} from '@mkt/service-kit';
import { createHttpTransport } from '@mkt/service-kit/http-peers';
import { serviceSpec } from '@mkt/topology';
import { countActivity } from '../activity.ts';
import { buildOne } from '../build-one.ts';
import { closeServer, listenError, serverLimits, urlOf } from '../listening.ts';
import { type BackendName, loadDefinition } from '../load-definition.ts';
import { ensureConfiguredOperator } from '../operator.ts';
import { peerUrls, type ServiceSettings } from '../settings/config.ts';
import { settingsOf } from '../settings/schemas.ts';
import { connectedStores } from '../stores/connected.ts';
import { tellMigrated } from '../tell-migrated.ts';
import { marketplaceVersion } from '../version.ts';
import { type Control, createControl } from './control.ts';
import { addControlRoutes } from './control-routes.ts';
import { addHealthRoutes } from './health.ts';
import { instanceOf } from './instance.ts';
import { createKeySource } from './key-source.ts';
import { rolePasswords } from './role-passwords.ts';
import { followClock, leadClock, type ProcessClock } from './shared-clock.ts';

export interface RunningProcess {
  readonly url: string;
  /** Stops accepting, finishes what is under way, and closes in reverse. */
  stop(): Promise<void>;
}

/** One service in this process, told everything by its environment. */
export async function runService(
  name: BackendName,
  env: Environment,
  faultPoint: FaultPoint = noFaults,
): Promise<RunningProcess> {
  const settings = readConfig(settingsOf(name), env) as ServiceSettings;
  const { log, logs, traces } = createTelemetry({
    level: settings.LOG_LEVEL,
    version: marketplaceVersion,
    owner: name,
    settings: readConfig(telemetrySettings, env),
  });
  const metrics = createMetrics({ processMetrics: true });
  const peerTokens = createPeerTokens({ self: name, secrets: settings.PEER_SECRET.split(',') });
  const urlOfPeer = peerUrls(settings);
  const definition = await loadDefinition(name, env);
  const admin = parseDatabaseUrl(settings.DATABASE_URL);
  const rolePassword = rolePasswords(settings.DATABASE_ROLE_SECRET ?? passwordOf(admin));
  const { MIGRATE: migrates, SOLE_PROCESS: soleProcess } = settings;
  await prepareDatabase(definition, { admin, rolePassword, migrates, soleProcess, log });

  const meter = createMeter();
  const stores = await connectedStores({
    redisUrl: settings.REDIS_URL,
    redisMetered: settings.REDIS_METERED,
    // The others must start, and sell, while it is away.
    mongodbUrl: holdsDocuments(name) ? settings.MONGODB_URL : undefined,
    identity: name,
    instance: instanceOf(settings),
    log,
    meter,
    metrics,
  });
  const counted = countActivity(stores.bus);
  const { transport, close: closeTransport } = createHttpTransport({
    urlOf: urlOfPeer,
    tokens: peerTokens,
  });
  const keys = createKeySource(urlOfPeer('user'));
  let own: RunningService | undefined;
  const control =
    name === 'guard'
      ? createControl({ urlOf: urlOfPeer, tokens: peerTokens, log, isBusIdle: stores.isBusIdle })
      : undefined;
  const { clock, set: setClock } = await clockOf(settings, control);
  const metered: Parameters<typeof createUsageReporter>[0] & unknown[] = [];
  const usage = createUsageReporter(metered, log, settings.USAGE_SECONDS * 1_000);
  const built = await buildOne(definition, {
    admin,
    rolePassword,
    secretKey: settings.SECRET_KEY,
    filesDir: settings.FILES_DIR,
    clock,
    log,
    metrics,
    stores: { ...stores, bus: counted.bus },
    transport,
    peerTokens,
    admission: createProtection(metrics),
    tokens: createTokenVerifier(() => (own && name === 'user' ? ownKeys(own) : keys.fetch())),
    faultPoint,
    soleProcess,
    sweepIntervalMs: settings.SWEEP_SECONDS * 1_000,
    // Asked of the guard, which asks everybody; everybody else speaks for itself.
    flushUsage: () => control?.flushUsage() ?? usage.flush(),
    traces,
    logs,
  });
  const { service } = built;
  own = service;
  metered.push(built.metered, { ...built.metered, meter });

  let ready = false;
  addHealthRoutes(service, { metrics, isReady: () => ready });
  addControlRoutes({
    service,
    tokens: peerTokens,
    activity: counted.activity,
    flushUsage: usage.flush,
    setClock,
  });
  Object.assign(service.http.server, serverLimits);
  const { HOST: host, PORT: port } = settings;
  await service.http.listen({ host, port }).catch((error: unknown) => {
    throw listenError(error, { host, port });
  });
  await service.start();
  if (name === 'user') await ensureConfiguredOperator(env, service.db);
  usage.start();
  ready = true;
  log.info({ service: name, port: Number(new URL(urlOf(service.http.server)).port) }, 'ready');

  return {
    url: urlOf(service.http.server),
    async stop() {
      ready = false;
      logs.close();
      await closeServer(service.http.server);
      await service.drain();
      await usage.stop();
      await stores.bus.close();
      await service.close();
      await stores.close();
      await control?.close();
      await keys.close();
      await closeTransport();
      await traces.stop();
    },
  };
}

const holdsDocuments = (name: BackendName): boolean =>
  serviceSpec(name).stores.includes('documents');

function passwordOf({ password }: ClientConfig): string | undefined {
  return typeof password === 'string' ? password : undefined;
}

interface DatabasePlan {
  readonly admin: ClientConfig;
  readonly rolePassword: RolePassword;
  readonly migrates: boolean;
  readonly soleProcess: boolean;
  readonly log: Logger;
}

/** Schema and roles as they should be, by migrating or by looking. */
async function prepareDatabase(definition: ServiceDefinition, plan: DatabasePlan): Promise<void> {
  const { name, migrationsDir } = definition;
  const { admin, rolePassword, log } = plan;
  if (plan.migrates && migrationsDir) {
    const source = { service: name, migrationsDir, mayRunElsewhere: !plan.soleProcess };
    tellMigrated(log, await migrateAll(admin, [source], rolePassword));
    return;
  }
  const user = platformRoleOf(name);
  const { password: _, ...server } = admin;
  const password = rolePassword(user);
  const client = await connectDatabase({ ...server, user, ...(password ? { password } : {}) });
  try {
    await refuseUnsafeRoles(client, rolesOf([name]));
    if (migrationsDir) await refuseUnfitSchema(client, name, migrationsDir);
  } finally {
    await client.end();
  }
}

async function clockOf(
  { CLOCK_FILE: file }: ServiceSettings,
  control: Control | undefined,
): Promise<ProcessClock & { readonly clock: Clock }> {
  if (!file || !control) return followClock(file);
  return leadClock(file, async (offsetMs) => {
    await control.setClock(offsetMs);
    await control.sweep();
  });
}

async function ownKeys(user: RunningService) {
  const reply = await user.http.inject({ method: 'GET', url: '/v1/auth/jwks' });
  if (reply.statusCode !== 200) {
    throw new Fault('DEPENDENCY_UNAVAILABLE', `The key set answered ${reply.statusCode}`);
  }
  return reply.json();
}
