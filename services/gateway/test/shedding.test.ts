import type { ServerResponse } from 'node:http';
import { newId } from '@mkt/kernel';
import {
  type Admission,
  createAdmission,
  createInProcessBus,
  createLogger,
  createMetrics,
  createPeerRegistry,
  createPeers,
  createTokenVerifier,
  type Priority,
} from '@mkt/service-kit';
import { createTestTokens, fixedLimit, type TestTokens } from '@mkt/service-kit/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGateway, type Upstream } from '../src/index.ts';
import { type OpenGateway, openGateway } from './open-gateway.ts';

let admission: Admission;
let gateway: OpenGateway;
let base: string;
let tokens: TestTokens;
/** Requests that have reached a service and wait there, in the order they came. */
let inside: { readonly path: string; answer(): void }[];

const maxWaitMs: Record<Priority, number> = {
  checkout: 10_000,
  browsing: 10_000,
  console: 10_000,
  bot: 30,
};

function holding(name: Upstream['name']): Upstream {
  const hold = (path: string, response: ServerResponse) =>
    inside.push({ path, answer: () => void response.writeHead(204).end() });
  return {
    name,
    routes: [],
    dispatch: (request, response) => void hold(request.url ?? '', response),
    fetch: (path) =>
      new Promise((resolve) => {
        const reply = { status: 200, headers: {}, body: Buffer.from('{}') };
        inside.push({ path, answer: () => resolve(reply) });
      }),
  };
}

beforeEach(async () => {
  inside = [];
  tokens = await createTestTokens();
  const metrics = createMetrics();
  const bucket = { perSecond: 1_000, burst: 1_000 };
  admission = createAdmission({
    limit: fixedLimit(2),
    maxQueued: 2,
    maxWaitMs,
    tenantShare: 0.5,
  });
  const created = createGateway({
    upstreams: [holding('product'), holding('cart'), holding('inventory')],
    peers: createPeers('gateway', createPeerRegistry().transport, metrics),
    bus: createInProcessBus(),
    tokens: createTokenVerifier(tokens.keySource),
    log: createLogger('silent'),
    metrics,
    staticFiles: [],
    version: 'test',
    allowedOrigins: [],
    limits: { client: { ...bucket, name: 'client' }, vendor: { ...bucket, name: 'vendor' } },
    admission,
    silentAfterMs: 60_000,
    isReady: () => true,
  });
  gateway = await openGateway(created);
  base = gateway.base;
});
afterEach(() => gateway.close());

/** A question of its own, so that none is answered by another's. */
let questions = 0;
function ask(path: string, headers: Record<string, string> = {}): Promise<Response> {
  questions += 1;
  return fetch(`${base}${path}?n=${questions}`, { headers });
}
const reached = (count: number) => expect.poll(() => inside.length).toBe(count);
const shopper = async () => ({ authorization: `Bearer ${await tokens.guest()}` });

test('turns away what finds neither a place nor room to wait, and says when to come back', async () => {
  const asked = [1, 2, 3, 4].map(() => ask('/v1/products/a'));
  await reached(2);
  const refused = await ask('/v1/products/a');
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('2');
  expect(await refused.json()).toMatchObject({ code: 'OVERLOADED', status: 503 });
  for (let n = 0; n < 4; n += 1) {
    await reached(n + 1 < 2 ? 2 : Math.min(4, n + 2));
    inside[n]?.answer();
  }
  expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
});

test('serves who is buying before who looks around, and crawlers last', async () => {
  const crawler = { 'user-agent': 'ExampleBot/1.0 (+https://example.test)' };
  const busy = [ask('/v1/products/a'), ask('/v1/products/b')];
  await reached(2);
  const looking = ask('/v1/products/c');
  const crawling = await ask('/v1/products/d', crawler);
  expect(crawling.status).toBe(503);
  const buying = ask('/v1/carts/e', await shopper());
  await expect.poll(async () => (await ask('/v1/products/f', crawler)).status).toBe(503);
  inside[0]?.answer();
  await reached(3);
  expect(inside[2]?.path).toMatch('/v1/carts/e');
  inside[1]?.answer();
  await reached(4);
  expect(inside[3]?.path).toMatch('/v1/products/c');
  inside[2]?.answer();
  inside[3]?.answer();
  await Promise.all([...busy, looking, buying]);
});

test('a vendor whose requests hold its share waits for itself', async () => {
  const vendor = async () => ({
    authorization: `Bearer ${await tokens.apiKey(newId<'Vendor'>(), ['stock:read'])}`,
  });
  const [greedy, modest] = [await vendor(), await vendor()];
  const first = ask('/v1/stock', greedy);
  await reached(1);
  const second = ask('/v1/stock', greedy);
  const other = ask('/v1/stock', modest);
  await reached(2);
  inside[0]?.answer();
  await first;
  await reached(3);
  inside[1]?.answer();
  inside[2]?.answer();
  expect((await second).status).toBe(204);
  expect((await other).status).toBe(204);
});

test('a client that goes away gives its place back', async () => {
  const gone = new AbortController();
  const left = fetch(`${base}/v1/stock`, { signal: gone.signal, headers: await shopper() });
  const stays = ask('/v1/stock', await shopper());
  await reached(2);
  const waiting = ask('/v1/stock', await shopper());
  gone.abort();
  await expect(left).rejects.toThrow();
  await reached(3);
  inside[1]?.answer();
  inside[2]?.answer();
  expect([(await stays).status, (await waiting).status]).toEqual([204, 204]);
});

test('who is signed in is told at once that there is no room, but for who is buying', async () => {
  const busy = [1, 2, 3, 4].map(async () => ask('/v1/stock', await shopper()));
  await expect.poll(() => admission.queued).toBe(2);
  // Nothing was done for it: not even its token was looked at.
  const refused = await ask('/v1/stock', { authorization: 'Bearer nobody' });
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
  expect(refused.headers.get('x-content-type-options')).toBe('nosniff');
  expect(await refused.json()).toMatchObject({ code: 'OVERLOADED', status: 503 });
  const buying = ask('/v1/carts', await shopper());
  // The last of those who looked gave way to who buys.
  expect((await Promise.race(busy)).status).toBe(503);
  for (let n = 0; n < 4; n += 1) {
    await expect.poll(() => inside.length).toBeGreaterThan(n);
    inside[n]?.answer();
  }
  expect((await buying).status).toBe(204);
  const statuses = (await Promise.all(busy)).map(({ status }) => status);
  expect(statuses.toSorted((a, b) => a - b)).toEqual([204, 204, 204, 503]);
  expect((await ask('/v1/products/a', { authorization: 'Bearer nobody' })).status).toBe(401);
});
