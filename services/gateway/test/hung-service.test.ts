import type { ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import {
  createAdmission,
  createInProcessBus,
  createLogger,
  createMetrics,
  createPeerRegistry,
  createPeers,
  createTokenVerifier,
  type Metrics,
} from '@mkt/service-kit';
import { createTestTokens, fixedLimit, type TestTokens } from '@mkt/service-kit/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGateway, type Upstream } from '../src/index.ts';
import { type OpenGateway, openGateway } from './open-gateway.ts';

const places = 16;
const pauseMs = 30;
let gateway: OpenGateway;
let base: string;
let tokens: TestTokens;
let metrics: Metrics;
let hung: ServerResponse[];

const answering: Upstream = {
  name: 'order',
  routes: [],
  isElsewhere: true,
  dispatch: (_request, response) => void response.writeHead(204).end(),
  fetch: async () => ({ status: 200, headers: {}, body: Buffer.from('{}') }),
};
const hanging: Upstream = {
  name: 'review',
  routes: [],
  isElsewhere: true,
  dispatch: (_request, response) => void hung.push(response),
  fetch: () => new Promise(() => {}),
};

beforeEach(async () => {
  hung = [];
  tokens = await createTestTokens();
  metrics = createMetrics();
  const bucket = { perSecond: 1_000, burst: 1_000 };
  const created = createGateway({
    upstreams: [answering, hanging],
    peers: createPeers('gateway', createPeerRegistry().transport, metrics),
    bus: createInProcessBus(),
    tokens: createTokenVerifier(tokens.keySource),
    log: createLogger('silent'),
    metrics,
    staticFiles: [],
    version: 'test',
    allowedOrigins: [],
    limits: { client: { ...bucket, name: 'client' }, vendor: { ...bucket, name: 'vendor' } },
    admission: createAdmission({
      limit: fixedLimit(places),
      maxQueued: 4,
      maxWaitMs: { checkout: 100, browsing: 100, console: 100, bot: 100 },
      tenantShare: 1,
    }),
    silentAfterMs: 20,
    isReady: () => true,
  });
  gateway = await openGateway(created);
  base = gateway.base;
});
afterEach(() => gateway.close());

test('a service that hangs is refused at once, and leaves the others their places', async () => {
  const authorization = `Bearer ${await tokens.guest()}`;
  const ask = (path: string) =>
    fetch(`${base}${path}`, { headers: { authorization }, signal: AbortSignal.timeout(10_000) });
  const hang = () => {
    const asked = ask('/v1/reviews/reviewable');
    asked.catch(() => {});
    return asked;
  };
  for (let n = 0; n < places / 2; n += 1) void hang();
  await expect.poll(() => hung.length).toBe(places / 2);
  let answer: Response | undefined;
  await expect
    .poll(async () => {
      answer = await Promise.race([hang(), setTimeout(pauseMs, undefined)]);
      return answer?.status;
    })
    .toBe(503);
  const refused = answer as Response;
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
  expect(await refused.json()).toMatchObject({
    code: 'DEPENDENCY_UNAVAILABLE',
    detail: expect.stringContaining('review does not answer'),
  });
  for (let n = 0; n < 20; n += 1) expect((await ask('/v1/orders')).status).toBe(204);
  const told = await metrics.registry.metrics();
  expect(told).toMatch(/upstream_refusals_total\{service="review"\} \d+/);
  expect(told).toMatch(/upstream_waiting\{service="review"\} \d+/);

  // One answer, and it is asked again.
  hung[0]?.writeHead(204).end();
  const before = hung.length;
  await expect
    .poll(() => {
      void hang();
      return hung.length;
    })
    .toBeGreaterThan(before);
});
