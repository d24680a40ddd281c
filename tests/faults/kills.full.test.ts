import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { ROOT } from '../../scripts/bootstrap/root.mjs';
import { buildServices } from '../../scripts/build/services.ts';
import { expectBooksInOrder } from '../support/books.ts';
import { type Shape, startShape } from '../support/shape.ts';
import { buyWhileKilling } from './kills.ts';
import { openShop, pastDeadlinesMs, type Shop, stocked } from './shop.ts';

const plan = {
  checkouts: Number(process.env.MKT_KILL_CHECKOUTS ?? 500),
  buyers: 8,
  everyMs: 2_000,
  seed: 20_261_128,
};

let shape: Shape;
let shop: Shop;
let bundle: string;
beforeAll(async () => {
  // What an installation runs: it starts in half the time that the sources need, and a process that
  // is killed is away for as long. Within this clone, where programs find their packages.
  await mkdir(join(ROOT, '.mkt'), { recursive: true });
  bundle = await mkdtemp(join(ROOT, '.mkt', 'kills-'));
  process.env.MKT_TEST_SERVICE = await buildServices(bundle);
  shape = await startShape('processes', inject('postgresUrl'));
  shop = await openShop(shape);
}, 300_000);
afterAll(async () => {
  await shape?.stop();
  await rm(bundle, { recursive: true, force: true });
});

test(`of 15 processes a random one is killed every 2 s during ${plan.checkouts} checkouts: none is lost, none is double`, async () => {
  const { placed, repeats, refused, kills, tookMs } = await buyWhileKilling(shape, shop, plan);
  const seconds = Math.round(tookMs / 1_000);
  process.stderr.write(
    `${placed.length} placed in ${seconds} s, ${kills.length} kills (${kills.join(' ')}), ` +
      `${repeats} repeats, refused: ${refused.join(', ') || 'none'}\n`,
  );
  expect(new Set(placed).size).toBe(plan.checkouts);
  await shape.untilReady();
  await shape.settle();
  await shape.advance(pastDeadlinesMs);
  await shape.settle();
  const [row] = await shape.database.query(
    `SELECT count(*)::int AS orders,
       (SELECT count(*)::int FROM payment.payments WHERE status = 'authorized') AS payments,
       (SELECT count(*)::int FROM payment.simulator_payments WHERE status = 'authorized') AS held
     FROM "order".order_groups WHERE placed_at IS NOT NULL`,
  );
  const { checkouts } = plan;
  expect(row).toEqual({ orders: checkouts, payments: checkouts, held: checkouts });
  const { database, url } = shape;
  const operator = await shape.operator();
  const { variants } = shop;
  await expectBooksInOrder({ url, database, operator, acknowledged: placed, stocked, variants });
}, 2_400_000);
