import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Shape, startShape } from '../support/shape.ts';
import { openShop, pastDeadlinesMs, type Shop } from './shop.ts';

const minuteMs = 60_000;

interface Purchase {
  readonly isPlaced: boolean;
  /** The provider's own books: one row for each payment that it ever made for the purchase. */
  readonly charges: readonly string[];
}

describe('a payment provider', () => {
  let shape: Shape;
  let shop: Shop;
  beforeAll(async () => {
    shape = await startShape('embedded', inject('postgresUrl'));
    shop = await openShop(shape);
  });
  afterAll(() => shape?.stop());

  async function purchase(groupId: string): Promise<Purchase> {
    const [group] = await shape.database.query(
      'SELECT placed_at IS NOT NULL AS placed FROM "order".order_groups WHERE id = $1',
      [groupId],
    );
    const charges = await shape.database.query(
      `SELECT s.status FROM payment.payments p
       JOIN payment.simulator_payments s ON s.key = p.id::text WHERE p.group_id = $1`,
      [groupId],
    );
    return { isPlaced: group?.placed === true, charges: charges.map(({ status }) => `${status}`) };
  }

  test.each([
    ['that never answers, though it charged,', '4000000000000119', 120_000],
    ['that says yes twice at once', '4000000000000259', 0],
    ['that says yes late', '4000000000000341', 10_000],
  ])('%s has charged once, and the order is placed', async (_how, card, waitMs) => {
    const reply = await shop.buy(card);
    expect(reply.status).toBe(201);
    const { groupId } = reply.body;
    await shape.settle();
    if (waitMs > 0) await shape.advance(waitMs);
    const once = { isPlaced: true, charges: ['authorized'] };
    await expect.poll(() => purchase(groupId)).toEqual(once);
    await shape.advance(pastDeadlinesMs);
    expect(await purchase(groupId)).toEqual(once);
    await shop.expectBooksInOrder();
  });

  /** A checkout whose payment the provider goes on considering until it is too late. */
  async function buyTooLate(): Promise<string> {
    const reply = await shop.buy('4000000000000069');
    expect(reply.status).toBe(201);
    expect(reply.body.state).not.toBe('placed');
    await shape.settle();
    return reply.body.groupId;
  }

  test('that says yes after we gave up has its money let go, and no order', async () => {
    const groupId = await buyTooLate();
    await shape.advance(16 * minuteMs);
    await shape.advance(pastDeadlinesMs);
    expect(await purchase(groupId)).toEqual({ isPlaced: false, charges: ['voided'] });
    await shop.expectBooksInOrder();
  });

  test('that says yes during an outage of ours longer than every deadline keeps money and order together', async () => {
    const groupId = await buyTooLate();
    await shape.advance(pastDeadlinesMs);
    const { isPlaced, charges } = await purchase(groupId);
    expect(charges).toEqual([isPlaced ? 'authorized' : 'voided']);
    await shape.advance(pastDeadlinesMs);
    expect(await purchase(groupId)).toEqual({ isPlaced, charges });
    await shop.expectBooksInOrder();
  });
});
