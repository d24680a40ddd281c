import { createServer } from 'node:http';
import {
  createGateway,
  createStaticFiles,
  type DescribedService,
  mergeDescriptions,
} from '@mkt/gateway';
import { type HttpUpstream, httpUpstream } from '@mkt/gateway/http-upstream';
import {
  createMeter,
  createMetrics,
  createPeers,
  createPeerTokens,
  createTelemetry,
  createTokenVerifier,
  type Environment,
  readConfig,
  telemetrySettings,
} from '@mkt/service-kit';
import { createHttpTransport } from '@mkt/service-kit/http-peers';
import { demoImagesDir } from '../demo-images.ts';
import { closeServer, listen, listenError, serverLimits, urlOf } from '../listening.ts';
import { backendNames } from '../load-definition.ts';
import { gatewaySchema, peerUrls } from '../settings/config.ts';
import { connectedStores } from '../stores/connected.ts';
import { marketplaceVersion } from '../version.ts';
import { descriptionPath } from './health.ts';
import { createKeySource } from './key-source.ts';
import type { RunningProcess } from './run-service.ts';

/** The public entry in this process, told everything by its environment. */
export async function runGateway(env: Environment): Promise<RunningProcess> {
  const settings = readConfig(gatewaySchema, env);
  const { log, logs, traces } = createTelemetry({
    level: settings.LOG_LEVEL,
    version: marketplaceVersion,
    settings: readConfig(telemetrySettings, env),
  });
  const metrics = createMetrics({ processMetrics: true });
  const peerTokens = createPeerTokens({
    self: 'gateway',
    secrets: settings.PEER_SECRET.split(','),
  });
  const urlOfPeer = peerUrls(settings);
  const stores = await connectedStores({
    redisUrl: settings.REDIS_URL,
    redisMetered: settings.REDIS_METERED,
    identity: 'gateway',
    log,
    meter: createMeter(),
    metrics,
  });
  const { transport, close: closeTransport } = createHttpTransport({
    urlOf: urlOfPeer,
    tokens: peerTokens,
  });
  const keys = createKeySource(urlOfPeer('user'));
  const upstreams = backendNames.map((name) =>
    httpUpstream({ name, routes: [], url: urlOfPeer(name), log }),
  );

  let ready = false;
  const gateway = createGateway({
    upstreams,
    describe: async (own) =>
      mergeDescriptions([...(await partsOf(upstreams)), own], marketplaceVersion),
    peers: createPeers('gateway', transport, metrics, stores.breakerShare),
    ...(stores.rateLimiter ? { rateLimiter: stores.rateLimiter } : {}),
    bus: stores.bus,
    tokens: createTokenVerifier(keys.fetch),
    log,
    metrics,
    traces,
    logs,
    staticFiles: settings.DEMO_IMAGES
      ? [await createStaticFiles('/media/demo/', demoImagesDir)]
      : [],
    version: marketplaceVersion,
    allowedOrigins: settings.ALLOWED_ORIGINS.split(',').filter(Boolean),
    limits: {
      client: { name: 'client', ...settings.CLIENT_RATE },
      vendor: { name: 'vendor', ...settings.VENDOR_RATE },
    },
    isReady: () => ready,
  });
  const address = { host: settings.HOST, port: settings.PORT };
  const server = await listen(createServer(serverLimits, gateway.handle), address).catch(
    (error: unknown) => {
      throw listenError(error, address);
    },
  );
  ready = true;
  log.info({ service: 'gateway', port: Number(new URL(urlOf(server)).port) }, 'ready');

  return {
    url: urlOf(server),
    async stop() {
      ready = false;
      gateway.close();
      logs.close();
      await closeServer(server);
      await stores.bus.close();
      await stores.close();
      await Promise.all(upstreams.map((upstream) => upstream.close()));
      await keys.close();
      await closeTransport();
      await traces.stop();
    },
  };
}

/** Asks each service for its part; one that does not answer now is left out. */
async function partsOf(upstreams: readonly HttpUpstream[]): Promise<DescribedService[]> {
  const parts = await Promise.all(
    upstreams.map(async (upstream) => {
      try {
        const reply = await upstream.fetch(descriptionPath, {});
        return reply.status === 200 ? [JSON.parse(reply.body.toString()) as DescribedService] : [];
      } catch {
        return [];
      }
    }),
  );
  return parts.flat();
}
