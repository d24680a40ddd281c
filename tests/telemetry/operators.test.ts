import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { serviceNames } from '@mkt/topology';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type InstalledCli, installCli } from '../../cli/test/installed-cli.ts';
import {
  approvedVendor,
  checkOut,
  checkoutBody,
  goodCard,
  operatorOf,
  publish,
} from '../support/actors.ts';
import { createSuiteDatabase, type SuiteDatabase, startBackend } from '../support/backend.ts';
import { expectOk, request } from '../support/http.ts';

/** Found nowhere else, so that wherever one turns up it came from this shopper. */
const shopper = {
  email: 'zebulon.quist@marker.example.test',
  name: 'Zebulon Quistmarker',
  line1: 'Markerlane 7719',
  city: 'Markerford',
  postalCode: 'R95ZQ71',
  phone: '+353870007719',
  password: 'marker-horse-battery-7719',
} as const;
const challengeCard = '4000000000003220';
const operatorLogin = { email: 'operator@suite.example.test', password: 'correct horse battery' };

describe('an operator of a running marketplace', () => {
  let database: SuiteDatabase;
  let backend: Awaited<ReturnType<typeof startBackend>>;
  let cli: InstalledCli;
  let filesDir: string;
  let url: string;
  let operator: string;
  let variantId: string;
  let written = '';

  beforeAll(async () => {
    database = await createSuiteDatabase(inject('postgresUrl'));
    filesDir = await mkdtemp(join(tmpdir(), 'mkt-operators-'));
    const logStream = new Writable({
      write(chunk, _encoding, done) {
        written += String(chunk);
        done();
      },
    });
    backend = await startBackend({
      admin: database.admin,
      filesDir,
      soleProcess: true,
      logStream,
    });
    url = backend.marketplace.url;
    operator = await operatorOf(backend.marketplace);
    const vendor = await approvedVendor(url, operator, 'Watched');
    const products = [{ handle: 'mug', priceMinor: 1_000, stock: 50 }];
    await publish(url, operator, vendor, products);
    await backend.marketplace.idle();
    variantId = (await publish(url, operator, vendor, products)).get('mug') ?? '';
    await backend.marketplace.idle();
    cli = await installCli();
    await mkt(
      ['login', '--email', operatorLogin.email, '--password-stdin'],
      operatorLogin.password,
    );
  });
  afterAll(async () => {
    await cli?.remove();
    await backend?.marketplace.stop();
    await database?.drop();
    await rm(filesDir, { recursive: true, force: true });
  });

  const mkt = (args: readonly string[], input = '') =>
    cli.run(args, { input: `${input}\n`, env: { MKT_URL: url } });
  const ask = (path: string) => request(url, 'GET', path, { token: operator });

  async function dataOf(args: readonly string[]) {
    const { code, stdout, stderr } = await mkt([...args, '--json']);
    return { code, stderr, data: JSON.parse(stdout).data };
  }

  /** Registers, fills a cart and buys, in one trace. */
  async function buy(
    traceId: string,
    { email = shopper.email as string, card = goodCard, state = 'placed' } = {},
  ) {
    const { name, line1, city, postalCode, phone, password } = shopper;
    const session = await expectOk(
      request(url, 'POST', '/v1/auth/register', { body: { email, password, name } }),
    );
    const token: string = session.accessToken;
    const { cartId } = await expectOk(request(url, 'POST', '/v1/carts', { token }));
    const cart = await expectOk(
      request(url, 'POST', `/v1/carts/${cartId}/lines?country=IE`, {
        token,
        body: { variantId, quantity: 1 },
      }),
    );
    const shippingAddress = { name, line1, city, postalCode, phone, country: 'IE' };
    const body = { ...(await checkoutBody(url, cart, card)), email, shippingAddress };
    const headers = { traceparent: `00-${traceId}-${'1'.repeat(16)}-01` };
    const placed = await request(url, 'POST', '/v1/checkouts', { token, body, headers });
    expect(placed.body.state).toBe(state);
    return { token, refreshToken: session.refreshToken as string, body };
  }

  test('sees nobody’s data and no secret in logs, traces, metrics, events and sagas', async () => {
    const traceId = 'b1'.repeat(16);
    const { token, refreshToken, body } = await buy(traceId);
    // Its process waits, with everything that the shopper entered.
    const waiting = 'third.zebulon@marker.example.test';
    await buy('b3'.repeat(16), { email: waiting, card: challengeCard, state: 'awaitingPayment' });
    await request(url, 'POST', '/v1/auth/login', {
      body: { email: shopper.email, password: `wrong-${shopper.password}` },
    });
    await checkOut(url, { token, body: { ...body, email: 'not an address' } });
    await request(url, 'GET', `/v1/search?q=${encodeURIComponent(shopper.name)}`);
    await request(url, 'GET', `/v1/users/me?email=${encodeURIComponent(shopper.email)}`, { token });
    await backend.marketplace.idle();

    const told: Record<string, string> = {
      log: written,
      metrics: await (await fetch(`${url}/metrics`)).text(),
    };
    for (const name of serviceNames) {
      const paths = ['logs?limit=500&level=trace', 'traces?limit=100', `traces/${traceId}`];
      const stored = ['sagas?state=all', 'dead-letters?state=all', 'outbox', 'caches', 'usage'];
      for (const path of [...paths, ...stored]) {
        const reply = await ask(`/v1/operations/${name}/${path}`);
        told[`${name} ${path}`] = JSON.stringify(reply.body);
      }
    }
    const { items } = (await ask('/v1/operations/order/sagas?state=all')).body;
    for (const { kind, sagaId } of items) {
      const shown = await ask(`/v1/operations/order/sagas/${kind}/${sagaId}`);
      told[`saga ${sagaId}`] = JSON.stringify(shown.body);
    }
    expect(items.length).toBeGreaterThan(0);
    expect(written).toContain('answered');
    expect(told.metrics).toContain('http_request_duration_seconds_count');
    expect(told.metrics).toContain('outbox_waiting{service="order"} 0');
    expect(told.metrics).toContain('sagas_under_way{service="order",saga="checkout"} 0');
    expect(told.metrics).toMatch(/db_pool_connections{service="order",role="platform",.+"} [1-9]/);
    expect(told.metrics).toMatch(/vendor_requests_total{vendor="[0-9a-f-]{36}"} [1-9]/);
    expect(told[`order traces/${traceId}`]).toContain('saga checkout.buying');

    const { email, name, line1, city, postalCode, phone, password } = shopper;
    const people = { email, local: 'zebulon', name, line1, city, postalCode, phone, password };
    const secrets = { token, refreshToken, paymentToken: String(body.paymentToken), goodCard };
    const leaks = Object.entries({ ...people, ...secrets }).flatMap(([what, marker]) =>
      Object.entries(told)
        .filter(([, text]) => text.toLowerCase().includes(marker.toLowerCase()))
        .map(([where]) => `${what} in ${where}`),
    );
    expect(leaks).toEqual([]);
  });

  test('finds a poison event parked after its tries, and finishes it by a replay', async () => {
    const broken = (name: string, other: string) =>
      database.query(`ALTER TABLE review.${name} RENAME TO ${other}`);
    await broken('lines', 'lines_away');
    await buy('b2'.repeat(16), { email: 'second.quist@marker.example.test' });
    await backend.marketplace.idle();

    const { data: list } = await dataOf(['event', 'list', '--type', 'order.placed']);
    expect(list.items).toMatchObject([
      { service: 'review', type: 'order.placed', attempts: 5, replayedAt: null },
    ]);
    const { eventId } = list.items[0];
    const shown = await mkt(['event', 'show', eventId]);
    expect(shown.stdout).toContain('order.placed');
    expect(shown.stdout).not.toMatch(/quist|markerlane/i);

    const early = await dataOf(['event', 'replay', eventId]);
    expect([early.code, early.data.items[0].outcome]).toEqual([1, 'failed']);
    expect(early.stderr).toContain('mkt event show');
    await broken('lines_away', 'lines');
    const replayed = await dataOf(['event', 'replay', eventId]);
    expect([replayed.code, replayed.data.items[0].outcome]).toEqual([0, 'applied']);
    const [row] = await database.query('SELECT count(*)::int AS n FROM review.lines');
    expect(row?.n).toBe(2);
    const again = await dataOf(['event', 'replay', eventId]);
    expect(again.data.items[0].outcome).toBe('alreadyApplied');
    expect((await dataOf(['event', 'list'])).data.items).toEqual([]);
  });

  test('sees one checkout as a tree over all services', async () => {
    const { code, stdout } = await mkt(['trace', 'show', 'b1'.repeat(16)]);
    expect(code).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^ +AT +TOOK +SERVICE +WHAT +ERROR/);
    expect(lines[1]).toMatch(/^ *\+0\.0 ms +\S+ m?s +gateway +POST \/v1\/checkouts$/);
    expect(stdout).toMatch(/order +├ POST \/v1\/checkouts/);
    expect(stdout).toMatch(/payout +(│ )*├ consume order\.placed/);
    const { data } = await dataOf(['trace', 'list', '--limit', '50']);
    const listed = data.items.find(({ traceId }: { traceId: string }) => /^(b1)+$/.test(traceId));
    expect(listed.services.length).toBeGreaterThan(8);
  });

  test('reads the log of one trace, and lists what is stored and cached', async () => {
    const logs = await dataOf(['logs', '--trace', 'b1'.repeat(16)]);
    expect(logs.data.items).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({ service: 'order', message: 'answered' }),
      ]) as object,
    );
    const sagas = await dataOf(['saga', 'list', '--state', 'finished', '--kind', 'checkout']);
    expect(sagas.data.items.length).toBe(2);
    const stuck = await dataOf(['saga', 'list', '--state', 'stuck']);
    expect(stuck.data.items).toEqual([]);
    const { kind, sagaId } = sagas.data.items[0];
    const retried = await mkt(['saga', 'retry', `${kind}/${sagaId}`]);
    expect([retried.code, retried.stderr]).toEqual([1, expect.stringContaining('nothing left')]);
    const caches = await dataOf(['cache', 'stats', '--service', 'gateway']);
    expect(caches.data.items).toMatchObject([{ service: 'gateway', name: 'answers' }]);
    const cleared = await dataOf(['cache', 'clear', '--service', 'gateway']);
    expect(cleared.data.items).toMatchObject([{ entries: 0 }]);
  });
});
