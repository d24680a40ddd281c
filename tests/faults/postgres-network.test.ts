import { type FaultProxy, startFaultProxy } from '@mkt/service-kit/testing';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { expectOk, request } from '../support/http.ts';
import { type Shape, startShape } from '../support/shape.ts';
import { sendBuyers } from './buyers.ts';
import { openShop, pastDeadlinesMs, type Shop, waitingEvents } from './shop.ts';

const recoveryMs = 5_000;
/** Between an answer that breaks off and the next. */
const breakEveryMs = 150;
/** What a browsing person waits at the most: the operation timeout of that class, and an answer. */
const browsingMs = 7_000;

/** Where the run's shared server listens: a port, or a socket in a folder. */
function serverOf(url: string) {
  const { hostname, port, searchParams } = new URL(url);
  const number = Number(searchParams.get('port') ?? (port || 5_432));
  const host = searchParams.get('host') ?? hostname;
  return host.startsWith('/')
    ? { path: `${host}/.s.PGSQL.${number}` }
    : { host: host, port: number };
}

describe('while shoppers buy, a PostgreSQL', () => {
  let proxy: FaultProxy;
  let shape: Shape;
  let shop: Shop;

  beforeAll(async () => {
    proxy = await startFaultProxy(serverOf(inject('postgresUrl')));
    shape = await startShape(
      'embedded',
      `postgresql://postgres@${proxy.host}:${proxy.port}/postgres`,
    );
    shop = await openShop(shape);
  });
  afterAll(async () => {
    await shape?.stop();
    await proxy?.goAway();
  });
  const unfinished = async (): Promise<number> => {
    const [row] = await shape.database.query(
      `SELECT count(*)::int AS n FROM "order".sagas
       WHERE kind = 'checkout' AND finished_at IS NULL AND step <> 'awaitingPayment'`,
    );
    return row?.n as number;
  };
  afterEach(async () => {
    // Whose answer was lost is gone on with as well, and that soon.
    await expect.poll(unfinished, { timeout: recoveryMs }).toBe(0);
    await expect.poll(() => waitingEvents(shape), { timeout: 2 * recoveryMs }).toBe(0);
    await shape.settle();
    await shape.advance(pastDeadlinesMs);
    await shape.settle();
    await shop.expectBooksInOrder();
  });

  test('that answers two seconds late costs answers of 503 and 504, and no order', async () => {
    const buyers = sendBuyers(shop, 4);
    try {
      await buyers.more(2, 30_000);
      proxy.delayAnswers(2_000);
      const searched = performance.now();
      await expectOk(request(shape.url, 'GET', '/v1/search?q=blue%20mug'));
      expect(performance.now() - searched).toBeLessThan(1_000);
      const listed = performance.now();
      const { status } = await request(shape.url, 'GET', '/v1/products?limit=7');
      expect([200, 503, 504]).toContain(status);
      expect(performance.now() - listed).toBeLessThan(browsingMs);
    } finally {
      proxy.delayAnswers(0);
    }
    await buyers.more(1, recoveryMs);
    await buyers.more(3, 30_000);
    expect(await buyers.stop()).toEqual([]);
  });

  test('that breaks off in the middle of its answers costs answers of 503, and no order', async () => {
    const buyers = sendBuyers(shop, 4);
    let breaking: NodeJS.Timeout | undefined;
    try {
      await buyers.more(2, 30_000);
      const { broken } = proxy;
      breaking = setInterval(() => proxy.breakAnswers(1), breakEveryMs);
      await expect.poll(() => proxy.broken, { timeout: 30_000 }).toBeGreaterThan(broken + 20);
    } finally {
      clearInterval(breaking);
      proxy.breakAnswers(0);
    }
    await buyers.more(1, recoveryMs);
    await buyers.more(3, 30_000);
    expect(await buyers.stop()).toEqual([]);
  });
});
