import { orderShipped, userMintVendorToken, vendorVerifyApiKey } from '@mkt/contracts';
import { newId, ok, refuse } from '@mkt/kernel';
import {
  createInProcessBus,
  createLogger,
  createMetrics,
  createPeerRegistry,
  createPeers,
  createTokenVerifier,
  type EventBus,
  peerHandler,
  route,
} from '@mkt/service-kit';
import { createTestTokens, type TestTokens } from '@mkt/service-kit/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createGateway, type Upstream } from '../src/index.ts';
import { type OpenGateway, openGateway } from './open-gateway.ts';

const groupId = newId<'OrderGroup'>();
const vendorId = newId<'Vendor'>();

const routes = [
  route({
    method: 'GET',
    path: '/v1/products/:productId',
    summary: 'A product',
    access: 'public',
    params: z.strictObject({ productId: z.string() }),
    reply: { status: 200, schema: z.strictObject({ n: z.int() }) },
    refusals: { PRODUCT_NOT_FOUND: 404 },
    handle: async () => ok({ n: 1 }),
  }),
];

const sagas = (service: string) =>
  route({
    method: 'GET',
    path: `/v1/operations/${service}/sagas/:sagaId`,
    summary: 'A process',
    access: 'operator',
    params: z.strictObject({ sagaId: z.string() }),
    reply: { status: 200, schema: z.strictObject({ n: z.int() }) },
    handle: async () => ok({ n: 1 }),
  });

/** A service that counts what reaches it and shows what it was sent. */
function countingUpstream(name: 'product' | 'order') {
  const seen: string[] = [];
  const upstream: Upstream = {
    name,
    routes: [...(name === 'product' ? routes : []), sagas(name)],
    dispatch(request, response) {
      seen.push(`${request.method} ${request.url}`);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ authorization: request.headers.authorization ?? null }));
    },
    async fetch(url) {
      seen.push(`GET ${url}`);
      if (name === 'order') {
        const body = Buffer.from(JSON.stringify({ groupId, status: 'placed' }));
        return { status: 200, headers: { 'content-type': 'application/json' }, body };
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
      return {
        status: 200,
        headers: {
          'content-type': 'application/json',
          'cache-control': 'public, max-age=60',
          ...(url.includes('old') ? { deprecation: '@1801440000', sunset: 'Sun' } : {}),
        },
        body: Buffer.from(`{"n":${seen.length}}`),
      };
    },
  };
  return { upstream, seen };
}

describe('the gateway', () => {
  let gateway: OpenGateway;
  let bus: EventBus;
  let tokens: TestTokens;
  let base: string;
  const product = countingUpstream('product');
  const order = countingUpstream('order');
  let verified = 0;

  beforeAll(async () => {
    tokens = await createTestTokens();
    bus = createInProcessBus();
    const metrics = createMetrics();
    const registry = createPeerRegistry();
    registry.register([
      peerHandler(vendorVerifyApiKey, async ({ key }) => {
        verified += 1;
        return key === 'mkt_good'
          ? ok({ keyId: newId(), vendorId, scopes: ['stock:read'], expiresAt: null })
          : refuse('API_KEY_INVALID', 'This key is not valid.');
      }),
      peerHandler(userMintVendorToken, async () =>
        ok({
          token: await tokens.apiKey(vendorId, ['stock:read']),
          expiresAt: new Date(Date.now() + 300_000).toISOString(),
        }),
      ),
    ]);
    const created = createGateway({
      upstreams: [product.upstream, order.upstream],
      peers: createPeers('gateway', registry.transport, metrics),
      bus,
      tokens: createTokenVerifier(tokens.keySource),
      log: createLogger('silent'),
      metrics,
      staticFiles: [],
      version: 'test',
      allowedOrigins: ['https://shop.example.test'],
      limits: {
        client: { name: 'client', perSecond: 0.5, burst: 40 },
        vendor: { name: 'vendor', perSecond: 0.5, burst: 6 },
      },
      isReady: () => true,
    });
    gateway = await openGateway(created);
    base = gateway.base;
  });
  afterAll(() => gateway.close());

  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
  const bodyOf = (reply: Response): Promise<any> => reply.json() as Promise<any>;
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${base}${path}`, { headers });

  test('loads a public read once for all who ask at the same time, and answers 304 by ETag', async () => {
    const before = product.seen.length;
    const all = await Promise.all([1, 2, 3, 4, 5].map(() => get('/v1/products/a')));
    expect(product.seen.length).toBe(before + 1);
    const etag = all[0]?.headers.get('etag') ?? '';
    const again = await get('/v1/products/a', { 'if-none-match': etag });
    expect([again.status, await again.text()]).toEqual([304, '']);
    for (const known of [`"other", W/${etag}`, '*']) {
      expect((await get('/v1/products/a', { 'if-none-match': known })).status).toBe(304);
    }
    expect((await get('/v1/products/a', { 'if-none-match': '"other"' })).status).toBe(200);
    expect(product.seen.length).toBe(before + 1);
  });

  test('passes on that a read will be gone, from the cache as well', async () => {
    for (let n = 0; n < 2; n += 1) {
      const { headers } = await get('/v1/products/old');
      expect([headers.get('deprecation'), headers.get('sunset')]).toEqual(['@1801440000', 'Sun']);
    }
  });

  test('never answers a signed-in request from the cache', async () => {
    const authorization = `Bearer ${await tokens.user()}`;
    const before = product.seen.length;
    await get('/v1/products/a', { authorization });
    expect(product.seen.length).toBe(before + 1);
  });

  test('refuses unknown paths and bad tokens before any service sees them', async () => {
    const before = product.seen.length;
    const unknown = await get('/v1/nothing');
    expect([unknown.status, (await bodyOf(unknown)).code]).toEqual([404, 'NOT_FOUND']);
    const forged = await get('/v1/products/a', { authorization: 'Bearer a.b.c' });
    expect([forged.status, (await bodyOf(forged)).code]).toEqual([401, 'TOKEN_INVALID']);
    const long = await get(`/v1/products/${'a'.repeat(5_000)}`);
    expect(long.status).toBe(400);
    expect(product.seen.length).toBe(before);
  });

  test.each(['/internal/peers/user.mintVendorToken', '/internal/control/idle', '//internal/a'])(
    'never forwards %s: services alone talk to each other there',
    async (path) => {
      const before = [product.seen.length, order.seen.length];
      expect((await fetch(`${base}${path}`, { method: 'POST' })).status).toBe(404);
      expect([product.seen.length, order.seen.length]).toEqual(before);
    },
  );

  test('exchanges an API key once, passes a token on, and limits the vendor', async () => {
    const authorization = 'Bearer mkt_good';
    const first = await get('/v1/products/b', { authorization });
    expect((await bodyOf(first)).authorization).toMatch(/^Bearer ey/);
    const statuses: number[] = [];
    for (let n = 0; n < 7; n += 1) {
      const reply = await get('/v1/products/b', { authorization });
      statuses.push(reply.status);
      if (reply.status === 429) {
        expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
        expect((await bodyOf(reply)).code).toBe('RATE_LIMITED');
      }
    }
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(0);
    expect(verified).toBe(1);
    // Refused for as long as the bucket has nothing, and no longer.
    await expect
      .poll(async () => (await get('/v1/products/b', { authorization })).status, { timeout: 5_000 })
      .toBe(200);
    const bad = await get('/v1/products/b', { authorization: 'Bearer mkt_bad' });
    expect(bad.status).toBe(401);
  });

  test('lets listed origins read, and tells limits and safety with every answer', async () => {
    const allowed = await get('/v1/products/a', { origin: 'https://shop.example.test' });
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://shop.example.test');
    const other = await get('/v1/products/a', { origin: 'https://evil.example.test' });
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
    expect(allowed.headers.get('ratelimit')).toMatch(/^"client";r=\d+;t=\d+$/);
    expect(allowed.headers.get('x-content-type-options')).toBe('nosniff');
    expect(allowed.headers.get('x-request-id')).toBeTruthy();
  });

  test('streams a snapshot of an order and then each change of it', async () => {
    const authorization = `Bearer ${await tokens.user()}`;
    const reply = await get(`/v1/order-groups/${groupId}/events`, { authorization });
    expect(reply.headers.get('content-type')).toContain('text/event-stream');
    const reader = reply.body?.getReader();
    if (!reader) throw new Error('The answer has a body');
    const next = async () => new TextDecoder().decode((await reader.read()).value);
    expect(await next()).toContain('event: snapshot');
    const payload = orderShipped.payload.parse(structuredClone(orderShipped.sample));
    await bus.publish({
      id: newId(),
      type: 'order.shipped',
      version: 1,
      occurredAt: new Date().toISOString(),
      aggregateId: payload.orderId,
      aggregateVersion: 2,
      correlationId: 'c',
      causationId: null,
      vendorId: null,
      traceparent: null,
      payload: { ...payload, groupId },
    });
    expect(await next()).toContain('"type":"order.shipped"');
    await reader.cancel();
  });

  test('describes every route with its parameters, callers and refusals', async () => {
    const description = await bodyOf(await get('/openapi.json'));
    const operation = description.paths['/v1/products/{productId}'].get;
    expect(description.openapi).toBe('3.1.0');
    expect(operation.parameters[0]).toMatchObject({
      name: 'productId',
      in: 'path',
      required: true,
    });
    expect(operation.responses['404'].description).toContain('PRODUCT_NOT_FOUND');
    const page = await (await get('/docs')).text();
    expect(page).toContain('/v1/products/{productId}');
  });

  test('brings operators to the plumbing of a service, and to its own', async () => {
    const authorization = `Bearer ${await tokens.operator()}`;
    const path = `/v1/operations/order/sagas/${newId()}`;
    await get(path, { authorization });
    expect(order.seen.at(-1)).toBe(`GET ${path}`);

    const own = async () =>
      (await bodyOf(await get('/v1/operations/gateway/caches', { authorization }))).items[0];
    const before = await own();
    await get('/v1/products/kept');
    await get('/v1/products/kept');
    const { entries, hits, misses } = before;
    const after = { name: 'answers', entries: entries + 1, hits: hits + 1, misses: misses + 1 };
    expect(await own()).toEqual(after);
    const cleared = await fetch(`${base}/v1/operations/gateway/caches/clear`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ prefix: '/v1/products/kept' }),
    });
    expect((await bodyOf(cleared)).items).toEqual([{ ...after, entries }]);

    expect((await get('/v1/operations/gateway/caches')).status).toBe(401);
    expect((await get('/v1/operations/nobody/caches', { authorization })).status).toBe(404);
  });

  test('describes a route that all services have once, with their names', async () => {
    const { paths } = await bodyOf(await get('/openapi.json'));
    const operation = paths['/v1/operations/{service}/sagas/{sagaId}'].get;
    expect(operation.tags).toEqual(['operations']);
    expect(operation.parameters).toMatchObject([
      { name: 'service', schema: { enum: ['product', 'order'] } },
      { name: 'sagaId' },
    ]);
    expect(
      Object.keys(paths).filter((path) => /operations.(order|product|gateway)/.test(path)),
    ).toEqual([]);
  });

  test('says that it is alive and ready, and what it counts', async () => {
    expect((await get('/healthz')).status).toBe(200);
    expect((await get('/readyz')).status).toBe(200);
    expect(await (await get('/metrics')).text()).toContain('http_request_duration_seconds');
  });
});
