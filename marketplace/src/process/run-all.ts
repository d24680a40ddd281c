import type { Clock } from '@mkt/kernel';
import {
  createMeter,
  createMetrics,
  createTelemetry,
  type Environment,
  parseDatabaseUrl,
  readConfig,
  telemetrySettings,
} from '@mkt/service-kit';
import { createOffsetClock, type OffsetClock } from '../clock.ts';
import { startMarketplace } from '../compose.ts';
import { demoImagesDir } from '../demo-images.ts';
import { listenError } from '../listening.ts';
import { allSchema } from '../settings/all.ts';
import { connectedStores } from '../stores/connected.ts';
import { marketplaceVersion } from '../version.ts';
import { instanceOf } from './instance.ts';
import { rolePasswords } from './role-passwords.ts';
import type { RunningProcess } from './run-service.ts';

/** Every service and the gateway in this process, told everything by its environment. */
export async function runAll(env: Environment): Promise<RunningProcess> {
  const settings = readConfig(allSchema, env);
  const { log, logs, traces } = createTelemetry({
    level: settings.LOG_LEVEL,
    version: marketplaceVersion,
    settings: readConfig(telemetrySettings, env),
  });
  const admin = parseDatabaseUrl(settings.DATABASE_URL);
  const ownPassword = typeof admin.password === 'string' ? admin.password : undefined;
  const metrics = createMetrics({ processMetrics: true });
  const stores = await connectedStores({
    redisUrl: settings.REDIS_URL,
    redisMetered: settings.REDIS_METERED,
    mongodbUrl: settings.MONGODB_URL,
    identity: 'marketplace',
    instance: instanceOf(settings),
    log,
    meter: createMeter(),
    metrics,
  });
  const offset = settings.CLOCK_FILE ? await createOffsetClock(settings.CLOCK_FILE) : undefined;
  const address = { host: settings.HOST, port: settings.PORT };
  const marketplace = await startMarketplace({
    admin,
    rolePassword: rolePasswords(settings.DATABASE_ROLE_SECRET ?? ownPassword),
    filesDir: settings.FILES_DIR,
    listen: address,
    clock: offset ?? realTime,
    log,
    logs,
    traces,
    metrics,
    stores,
    env,
    version: marketplaceVersion,
    secretKey: settings.SECRET_KEY,
    soleProcess: settings.SOLE_PROCESS,
    sweepIntervalMs: settings.SWEEP_SECONDS * 1_000,
    usageIntervalMs: settings.USAGE_SECONDS * 1_000,
    allowedOrigins: settings.ALLOWED_ORIGINS.split(',').filter(Boolean),
    staticFolders: settings.DEMO_IMAGES ? { '/media/demo/': demoImagesDir } : {},
    limits: {
      client: { name: 'client', ...settings.CLIENT_RATE },
      vendor: { name: 'vendor', ...settings.VENDOR_RATE },
    },
  }).catch((error: unknown) => {
    throw listenError(error, address);
  });
  sweepAfterMoves(offset, marketplace.sweep);
  log.info({ service: 'all', port: Number(new URL(marketplace.url).port) }, 'ready');
  return marketplace;
}

const realTime: Clock = { now: () => new Date() };

function sweepAfterMoves(clock: OffsetClock | undefined, sweep: () => Promise<void>): void {
  clock?.onAdvance(sweep);
}
