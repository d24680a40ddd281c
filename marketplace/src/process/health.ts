import { describeService } from '@mkt/gateway/describe';
import { internalPrefix, type Metrics, type RunningService } from '@mkt/service-kit';

/** What a service serves, for the gateway's description of the whole API. */
export const descriptionPath = `${internalPrefix}description`;

export interface HealthOptions {
  readonly metrics: Metrics;
  readonly isReady: () => boolean;
}

/**
 * Whether the process lives, whether it takes requests, and what it counted. None of it asks a
 * store: a probe every few seconds would keep a serverless database awake for ever.
 */
export function addHealthRoutes(service: RunningService, options: HealthOptions): void {
  const { http, name, parts } = service;
  const { registry } = options.metrics;
  http.get('/healthz', async () => ({ status: 'ok' }));
  http.get('/readyz', async (_request, reply) =>
    options.isReady()
      ? { status: 'ready' }
      : reply.code(503).send({ status: 'starting or stopping' }),
  );
  http.get('/metrics', async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
  http.get(descriptionPath, async () => describeService({ name, routes: parts.routes }));
}
