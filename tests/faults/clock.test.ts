import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Shape, startShape } from '../support/shape.ts';
import { isPlaced, openShop, pastDeadlinesMs, type Shop } from './shop.ts';

const hourMs = 3_600_000;
/** The provider says yes after its answer has been given up, and again ten minutes later. */
const lateCard = '4000000000000341';

let shape: Shape;
let shop: Shop;
beforeAll(async () => {
  shape = await startShape('embedded', inject('postgresUrl'));
  shop = await openShop(shape);
});
afterAll(() => shape?.stop());

test.each([
  ['back by an hour', -hourMs],
  ['ahead by two hours', 2 * hourMs],
])('a clock that jumps %s in the middle of checkouts loses and doubles none', async (_how, ms) => {
  expect(isPlaced(await shop.buy())).toBe(true);
  const late = await shop.buy(lateCard);
  expect(late.body.state).toBe('processing');
  await shape.advance(ms);
  expect(isPlaced(await shop.buy())).toBe(true);
  await shape.settle();
  // Whatever the clock said meanwhile: the late yes is an order, or its money was let go.
  await shape.advance(pastDeadlinesMs);
  await shape.advance(pastDeadlinesMs);
  await shape.settle();
  await shop.expectBooksInOrder();
  const [row] = await shape.database.query(
    `SELECT g.placed_at IS NOT NULL AS placed, array_agg(s.status) AS charges
     FROM "order".order_groups g JOIN payment.payments p ON p.group_id = g.id
     JOIN payment.simulator_payments s ON s.key = p.id::text WHERE g.id = $1 GROUP BY 1`,
    [late.body.groupId],
  );
  expect(row?.charges).toEqual([row?.placed ? 'authorized' : 'voided']);
});
