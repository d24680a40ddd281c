import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serviceNames } from '@mkt/topology';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  approvedVendor,
  checkOut,
  operatorOf,
  type Prepared,
  publish,
  readyToBuy,
} from '../support/actors.ts';
import { createSuiteDatabase, type SuiteDatabase, startBackend } from '../support/backend.ts';
import { expectOk, request } from '../support/http.ts';

interface ShownSpan {
  readonly spanId: string;
  readonly parentId: string | null;
  readonly service: string;
  readonly kind: string;
  readonly name: string;
  readonly error: string | null;
  readonly startedAtMs: number;
  readonly durationMs: number;
}

const declinedCard = '4000000000000002';
/** The provider says yes after its answer has been given up. */
const lateCard = '4000000000000341';
/** Each with the one it must hang from; a service's own statements are looked at by kind. */
const expected: readonly (readonly [span: string, parent: string])[] = [
  ['order server POST /v1/checkouts', 'gateway server POST /v1/checkouts'],
  ...['cart.get', 'pricing.quote', 'shipping.quote', 'payout.freezeCommission'].flatMap((name) =>
    called(name, 'order server POST /v1/checkouts'),
  ),
  ['order internal saga checkout.buying', 'order server POST /v1/checkouts'],
  ...['inventory.reserve', 'payment.authorize', 'inventory.confirm'].flatMap((name) =>
    called(name, 'order internal saga checkout.buying'),
  ),
  ['inventory client query', 'inventory server inventory.reserve'],
  ['order client transaction', 'order internal saga checkout.buying'],
  ['order producer publish order.placed', 'order internal saga checkout.buying'],
  ...['payment', 'payout', 'cart', 'review', 'notification'].flatMap(
    (service): [string, string][] => [
      [`${service} consumer consume order.placed`, 'order producer publish order.placed'],
      [`${service} client transaction`, `${service} consumer consume order.placed`],
    ],
  ),
];

function called(operation: string, from: string): [string, string][] {
  const server = `${operation.split('.')[0]} server ${operation}`;
  const client = `order client ${operation}`;
  return [
    [client, from],
    [server, client],
  ];
}

const nameOf = ({ service, kind, name }: ShownSpan): string => `${service} ${kind} ${name}`;

describe('a checkout', () => {
  let database: SuiteDatabase;
  let backend: Awaited<ReturnType<typeof startBackend>>;
  let filesDir: string;
  let url: string;
  let operator: string;
  let variantId: string;

  beforeAll(async () => {
    database = await createSuiteDatabase(inject('postgresUrl'));
    filesDir = await mkdtemp(join(tmpdir(), 'mkt-trace-'));
    backend = await startBackend({ admin: database.admin, filesDir, soleProcess: true });
    url = backend.marketplace.url;
    operator = await operatorOf(backend.marketplace);
    const vendor = await approvedVendor(url, operator, 'Traced');
    const products = [{ handle: 'mug', priceMinor: 1_000, stock: 50 }];
    await publish(url, operator, vendor, products);
    await backend.marketplace.idle();
    variantId = (await publish(url, operator, vendor, products)).get('mug') ?? '';
    await backend.marketplace.idle();
  });
  afterAll(async () => {
    await backend?.marketplace.stop();
    await database?.drop();
    await rm(filesDir, { recursive: true, force: true });
  });

  const ask = (path: string) => request(url, 'GET', path, { token: operator });

  /** The spans of a trace from every service, as `mkt trace show` puts them together. */
  async function spansOf(traceId: string): Promise<ShownSpan[]> {
    const replies = await Promise.all(
      serviceNames.map((name) => ask(`/v1/operations/${name}/traces/${traceId}`)),
    );
    return replies.flatMap(({ status, body }) => (status === 200 ? body.spans : []));
  }

  async function buyIn(traceId: string, ready: Prepared, flags = '01') {
    const traceparent = `00-${traceId}-${'1'.repeat(16)}-${flags}`;
    const reply = await request(url, 'POST', '/v1/checkouts', {
      ...ready,
      headers: { traceparent },
    });
    await backend.marketplace.idle();
    return reply;
  }

  const lines = () => [{ variantId, quantity: 1 }];

  test('is one trace over all services, from the gateway to the last consumer', async () => {
    const traceId = 'a1'.repeat(16);
    const placed = await buyIn(traceId, await readyToBuy(url, lines()));
    expect(placed.body.state).toBe('placed');
    const spans = await spansOf(traceId);
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    expect(byId.size).toBe(spans.length);
    const edges = spans.map((span) => {
      const parent = byId.get(span.parentId ?? '');
      return `${nameOf(span)} < ${parent ? nameOf(parent) : 'nothing'}`;
    });
    for (const [span, parent] of expected) expect(edges).toContain(`${span} < ${parent}`);
    const roots = edges.filter((edge) => edge.endsWith('< nothing'));
    expect(roots).toEqual(['gateway server POST /v1/checkouts < nothing']);
    expect(spans.filter(({ error }) => error !== null)).toEqual([]);
  });

  test('has spans that lie within those they were called from', async () => {
    const traceId = 'a2'.repeat(16);
    await buyIn(traceId, await readyToBuy(url, lines()));
    const spans = await spansOf(traceId);
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    const servers = spans.filter(({ kind }) => kind === 'server');
    expect(servers.length).toBeGreaterThan(8);
    for (const span of servers) {
      const parent = byId.get(span.parentId ?? '');
      if (!parent) continue;
      expect(span.startedAtMs).toBeGreaterThanOrEqual(parent.startedAtMs - 0.01);
      const end = span.startedAtMs + span.durationMs;
      expect(end).toBeLessThanOrEqual(parent.startedAtMs + parent.durationMs + 1);
    }
  });

  test('that is declined shows how what it held was given back', async () => {
    const traceId = 'a3'.repeat(16);
    const declined = await buyIn(traceId, await readyToBuy(url, lines(), declinedCard));
    expect(declined.body.code).toBe('PAYMENT_DECLINED');
    const names = (await spansOf(traceId)).map(nameOf);
    expect(names).toContain('order internal saga checkout.undoing');
    expect(names).toContain('inventory server inventory.release');
    expect(names).not.toContain('order producer publish order.placed');
  });

  test('that a timer goes on with long after stays one trace, with what follows from it', async () => {
    const traceId = 'a5'.repeat(16);
    const reply = await buyIn(traceId, await readyToBuy(url, lines(), lateCard));
    expect(reply.body.state).toBe('processing');
    expect((await spansOf(traceId)).map(nameOf)).not.toContain(
      'order producer publish order.placed',
    );
    await backend.clock.advance(10 * 60_000);
    await backend.marketplace.idle();
    const spans = await spansOf(traceId);
    const ids = new Set(spans.map(({ spanId }) => spanId));
    const names = spans.map(nameOf);
    expect(names).toContain('order internal saga checkout');
    expect(names).toContain('order producer publish order.placed');
    expect(names).toContain('review consumer consume order.placed');
    const roots = spans.filter(({ parentId }) => !ids.has(parentId ?? ''));
    expect(roots.map(nameOf)).toEqual(['gateway server POST /v1/checkouts']);
  });

  test('is not recorded where the caller says so', async () => {
    const traceId = 'a4'.repeat(16);
    const placed = await buyIn(traceId, await readyToBuy(url, lines()), '00');
    expect(placed.body.state).toBe('placed');
    expect(await spansOf(traceId)).toEqual([]);
  });

  test('is found among the traces by page, by its duration and by failure', async () => {
    await checkOut(url, await readyToBuy(url, lines()));
    const path = '/v1/operations/gateway/traces';
    const all = await expectOk(ask(`${path}?limit=3`));
    expect(all.items).toHaveLength(3);
    const next = await expectOk(ask(`${path}?limit=100&cursor=${all.nextCursor}`));
    const checkouts = [...all.items, ...next.items].filter(
      ({ name }) => name === 'POST /v1/checkouts',
    );
    expect(checkouts.length).toBeGreaterThanOrEqual(3);
    expect(new Set(checkouts.map(({ traceId }) => traceId)).size).toBe(checkouts.length);
    const longest = Math.max(...checkouts.map(({ durationMs }) => durationMs));
    const slow = await expectOk(ask(`${path}?limit=100&minMs=${Math.floor(longest)}`));
    expect(slow.items.map(({ durationMs }: ShownSpan) => durationMs)).toContain(longest);
    for (const one of slow.items) expect(one.durationMs).toBeGreaterThanOrEqual(longest - 1);
    expect((await expectOk(ask(`${path}?failed=true`))).items).toEqual([]);
    const unknown = await ask(`${path}/${'0'.repeat(32)}`);
    expect([unknown.status, unknown.body.code]).toEqual([404, 'TRACE_NOT_FOUND']);
  });
});
