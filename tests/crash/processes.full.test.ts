import { fileURLToPath } from 'node:url';
import type { ServiceName } from '@mkt/topology';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startPurchases } from '../faults/purchases.ts';
import { openShop, pastDeadlinesMs, type Shop, stocked } from '../faults/shop.ts';
import { expectBooksInOrder } from '../support/books.ts';
import { type Shape, startShape } from '../support/shape.ts';

/** Moments of a checkout, in the process that they are in. */
const moments: readonly (readonly [ServiceName, string])[] = [
  ['order', 'checkout.buying'],
  ['order', 'checkout.buying.reserved'],
  ['order', 'checkout.buying.authorized'],
  ['order', 'checkout.buying.executed'],
  ['order', 'checkout.placed'],
  ['order', 'relay.order.claimed'],
  ['order', 'relay.order.delivered'],
  ['payment', 'payment.authorize.written'],
  ['payment', 'payment.authorize.asked'],
];
const dying = fileURLToPath(new URL('../support/dying.process.ts', import.meta.url));
const purchasesEach = 12;

describe('a service killed in the middle of checkouts, in a process of its own', () => {
  let shape: Shape;
  let shop: Shop;
  /** Where the next start of a service leads to. */
  let armed: readonly [ServiceName, string] | undefined;
  const acknowledged: string[] = [];

  beforeAll(async () => {
    shape = await startShape('processes', inject('postgresUrl'), {
      entryOf: (service) => (moments.some(([one]) => one === service) ? dying : undefined),
      envOf: (service) => (armed?.[0] === service ? { DIE_AT: `${armed[1]}:2` } : {}),
    });
    shop = await openShop(shape);
  });
  afterAll(() => shape?.stop());

  const killsOf = (service: ServiceName): number =>
    shape.lines.filter((line) => line.startsWith(service) && line.includes('ended by SIGKILL'))
      .length;

  test.each(moments)(
    '%s at %s loses nothing and leaves nothing half done',
    async (service, at) => {
      const before = killsOf(service);
      armed = [service, at];
      await shape.end(service, 'restart');
      armed = undefined;
      const purchases = startPurchases(shape, shop, { checkouts: purchasesEach, buyers: 4 });
      await purchases.ended;
      acknowledged.push(...purchases.placed);
      expect(killsOf(service), `the moment ${at} was never reached`).toBe(before + 1);
      expect(new Set(purchases.placed).size).toBe(purchasesEach);
      await shape.untilReady();
      await shape.settle();
      await shape.advance(pastDeadlinesMs);
      await shape.settle();
      const { database, url } = shape;
      const { variants } = shop;
      const operator = await shape.operator();
      await expectBooksInOrder({ url, database, operator, acknowledged, stocked, variants });
      const [row] = await database.query(
        'SELECT count(*)::int AS n FROM "order".order_groups WHERE placed_at IS NOT NULL',
      );
      expect(row?.n).toBe(acknowledged.length);
    },
    300_000,
  );
});
