import { join } from 'node:path';
import {
  ConfigError,
  createLogger,
  createMeter,
  createMetrics,
  createTelemetry,
  type Metrics,
  StartError,
} from '@mkt/service-kit';
import { createOffsetClock, type OffsetClock } from '../clock.ts';
import { type MarketplaceOptions, startMarketplace } from '../compose.ts';
import { demoImagesDir } from '../demo-images.ts';
import { admitFirstOperator } from '../first-operator.ts';
import { secretKeyOf } from '../secret-key.ts';
import { demoPastMs } from '../seed/credentials.ts';
import { embeddedStores, type Stores } from '../stores/stores.ts';
import { telemetryOfProcess } from '../telemetry/config.ts';
import { marketplaceVersion } from '../version.ts';
import { announce } from './announce.ts';
import { readState, writeSeedState } from './data-dir.ts';
import { DevError } from './dev-error.ts';
import type { Dev, DevOptions } from './options.ts';
import type { DevServers } from './servers.ts';

/** Generous: on a laptop one person is every client. */
export const devRates = {
  client: { perSecond: 200, burst: 2_000 },
  vendor: { perSecond: 100, burst: 1_000 },
};

/** Tells the demo's past in this process, whatever shape is to serve it. */
export async function makeDemo(servers: DevServers, options: DevOptions): Promise<void> {
  const { seedDemo } = await import('../seed/seed.ts');
  // The demo's past is told on a clock that starts before it and ends at the present.
  const clock = await createOffsetClock(undefined, -demoPastMs);
  // Nobody else listens yet: events need not leave this process, documents must.
  const stores = await openStores({ ...servers, redisUrl: undefined }, options, createMetrics());
  const marketplace = await startMarketplace({
    ...(await settings(servers, options, clock)),
    listen: null,
    stores,
  });
  try {
    await seedDemo(marketplace, clock);
  } finally {
    await marketplace.stop();
  }
  await writeSeedState(options.dataDir, 'done');
}

/** Serves all services in this process. */
export async function serveInOneProcess(servers: DevServers, options: DevOptions): Promise<Dev> {
  const clock = await createOffsetClock(join(options.dataDir, 'clock.json'));
  const metrics = createMetrics({ processMetrics: true });
  const marketplace = await startMarketplace({
    ...(await settings(servers, options, clock)),
    listen: { host: options.host, port: options.port },
    stores: await openStores(servers, options, metrics),
    metrics,
  }).catch((error: unknown) => {
    throw devErrorOf(error, options);
  });
  clock.onAdvance(() => marketplace.sweep());
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= marketplace.stop().finally(() => servers.stop());
    return stopping;
  };
  const stopped = servers.ended.then(stop);
  const asked = Promise.withResolvers<void>();
  const state = await readState(options.dataDir);
  const passwordPath = await admitFirstOperator(marketplace, options.dataDir);
  announce(marketplace.url, { hasDemo: state?.seed === 'done', passwordPath }, options.print);
  return {
    url: marketplace.url,
    idle: marketplace.idle,
    async stop() {
      await stop();
      asked.resolve();
    },
    stopped: Promise.race([stopped, asked.promise]),
  };
}

async function openStores(
  servers: Pick<DevServers, 'redisUrl' | 'mongodbUrl' | 'settings'>,
  options: DevOptions,
  metrics: Metrics,
): Promise<Stores> {
  const { redisUrl, mongodbUrl } = servers;
  if (!redisUrl && !mongodbUrl) return embeddedStores();
  const { connectedStores } = await import('../stores/connected.ts');
  return connectedStores({
    redisUrl,
    redisMetered: servers.settings.REDIS_METERED,
    mongodbUrl,
    identity: 'marketplace',
    mustAnswer: true,
    log: createLogger(options.logLevel ?? 'warn'),
    meter: createMeter(),
    metrics,
  });
}

async function settings(
  { admin, rolePassword }: DevServers,
  options: DevOptions,
  clock: OffsetClock,
): Promise<Omit<MarketplaceOptions, 'listen'>> {
  return {
    admin,
    rolePassword,
    filesDir: join(options.dataDir, 'files'),
    clock,
    ...createTelemetry({
      level: options.logLevel ?? 'warn',
      version: marketplaceVersion,
      settings: telemetryOfProcess(),
    }),
    // The lock on the data folder keeps every other process out.
    soleProcess: true,
    version: marketplaceVersion,
    secretKey: await secretKeyOf(options.dataDir),
    limits: {
      client: { name: 'client', ...devRates.client },
      vendor: { name: 'vendor', ...devRates.vendor },
    },
    staticFolders: { '/media/demo/': demoImagesDir },
    ...(options.env ? { env: options.env } : {}),
  };
}

/** Names the next step as a person at the command line takes it. */
export function devErrorOf(error: unknown, { port }: Pick<DevOptions, 'port'>): unknown {
  if (error instanceof ConfigError) {
    const next = 'Set them as ./mkt config explain order says.';
    return new DevError('CONFIGURATION_WRONG', error.message, next, error);
  }
  if (!(error instanceof StartError)) return error;
  const next: Partial<Record<StartError['code'], string>> = {
    PORT_TAKEN: `Stop it, or choose another port: ./mkt dev --port ${port + 1}`,
    ADDRESS_REFUSED: 'Choose another address or a port above 1023: ./mkt dev --port 8080',
  };
  return new DevError(error.code, error.message, next[error.code] ?? error.next, error);
}
