import {
  type AnyRoute,
  createHttpServer,
  createMeter,
  type HttpServer,
  type Logger,
  type LogRing,
  type Metrics,
  operationsRoutes,
  type TokenVerifier,
  type TraceRecorder,
} from '@mkt/service-kit';
import { resilienceByClass, serviceSpec } from '@mkt/topology';
import type { ResponseCache } from './response-cache.ts';

export interface GatewayOperations {
  readonly routes: readonly AnyRoute[];
  /** Serves them; made at the first request, as most processes never meet one. */
  http(): Promise<HttpServer>;
}

/** What operators see of the gateway itself, by the same routes as of every service. */
export function gatewayOperations(
  options: {
    readonly tokens: TokenVerifier;
    readonly log: Logger;
    readonly metrics: Metrics;
    readonly traces?: TraceRecorder | undefined;
    readonly logs?: LogRing | undefined;
  },
  cache: ResponseCache,
): GatewayOperations {
  const { traces, logs } = options;
  const meter = createMeter();
  const answers = {
    name: 'answers',
    stats: cache.stats,
    clear: async (prefix: string) => cache.clear(prefix),
  };
  const routes = operationsRoutes({ service: 'gateway', meter, caches: [answers], traces, logs });
  let server: Promise<HttpServer> | undefined;

  async function start(): Promise<HttpServer> {
    const { tokens, log, metrics } = options;
    const operationTimeoutMs = resilienceByClass[serviceSpec('gateway').class].operationTimeoutMs;
    const http = createHttpServer({
      service: 'gateway',
      routes,
      db: undefined,
      tokens,
      log,
      meter,
      metrics,
      operationTimeoutMs,
    });
    await http.ready();
    return http;
  }
  return {
    routes,
    http() {
      server ??= start();
      return server;
    },
  };
}
