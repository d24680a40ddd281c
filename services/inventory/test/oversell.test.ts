import { newId, type OrderGroupId, type VariantId } from '@mkt/kernel';
import type { TestService } from '@mkt/service-kit/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { confirm, release } from '../src/operations/end-hold.ts';
import { reserve } from '../src/operations/reserve.ts';
import { createReservationStore, type ReservationStore } from '../src/store/reservations.ts';
import { importProduct, levelOf, minuteMs, startInventory } from './setup.ts';

const rivalsPerConnection = 50;

describe('rivals on four connections', () => {
  let it: TestService;
  let stores: ReservationStore[];
  beforeAll(async () => {
    it = await startInventory();
    const single = { platform: 1, vendor: 1 };
    stores = Array.from({ length: 4 }, () =>
      createReservationStore(it.database.forService('inventory', single)),
    );
  });
  afterAll(() => it.close());

  const later = () => new Date(it.clock.now().getTime() + 15 * minuteMs);

  async function hold(
    store: ReservationStore,
    lines: readonly (readonly [VariantId, number])[],
    groupId: OrderGroupId = newId(),
  ) {
    const demand = lines.map(([variantId, quantity]) => ({ variantId, quantity }));
    const outcome = await reserve(
      store,
      { groupId, lines: demand, expiresAt: later() },
      it.clock.now(),
    );
    return { groupId, store, ...outcome };
  }

  const everyRival = <T>(work: (store: ReservationStore, rival: number) => Promise<T>) =>
    Promise.all(
      stores.flatMap((store) =>
        Array.from({ length: rivalsPerConnection }, (_, rival) => work(store, rival)),
      ),
    );

  test.each([1, 7, 40])('get exactly the %i units there are', async (units) => {
    const { variantIds } = await importProduct(it, [{ stocked: units }]);
    const mug = variantIds[0]!;
    const outcomes = await everyRival((store) => hold(store, [[mug, 1]]));
    const losers = outcomes.filter((outcome) => !outcome.ok);
    expect(outcomes.length - losers.length).toBe(units);
    for (const loser of losers)
      expect(loser).toMatchObject({ error: { code: 'INSUFFICIENT_STOCK' } });
    expect(await levelOf(it, mug)).toEqual({ stocked: units, reserved: units });
  });

  test('with two lines on one row never get more than there is', async () => {
    const { variantIds } = await importProduct(it, [{ stocked: 40 }]);
    const mug = variantIds[0]!;
    const outcomes = await everyRival((store) =>
      hold(store, [
        [mug, 1],
        [mug, 2],
      ]),
    );
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(13);
    expect(await levelOf(it, mug)).toEqual({ stocked: 40, reserved: 39 });
  });

  test('that want the same rows in opposite orders neither block nor lose a unit', async () => {
    const { variantIds } = await importProduct(it, [
      { stocked: 30 },
      { stocked: 30 },
      { stocked: 30 },
    ]);
    const outcomes = await everyRival((store, rival) => {
      const order = rival % 2 === 0 ? variantIds : variantIds.toReversed();
      return hold(
        store,
        order.map((variantId) => [variantId, 1] as const),
      );
    });
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(30);
    for (const variantId of variantIds) {
      expect(await levelOf(it, variantId)).toEqual({ stocked: 30, reserved: 30 });
    }
  });

  test('that buy, give back and give up at once leave the books in order', async () => {
    const { variantIds } = await importProduct(it, [{ stocked: 60 }, { stocked: 25 }]);
    const [mug, bowl] = variantIds as [VariantId, VariantId];
    const kept = await everyRival(async (store, rival) => {
      const outcome = await hold(store, [
        [mug, 1 + (rival % 2)],
        [bowl, 1],
      ]);
      if (!outcome.ok) return null;
      if (rival % 3 === 0) await release(store, outcome.groupId, it.clock.now());
      else await confirm(store, outcome.groupId, it.clock.now());
      if (rival % 3 === 1) await release(store, outcome.groupId, it.clock.now());
      return rival % 3 === 2 ? 1 + (rival % 2) : 0;
    });
    const sold = kept.filter((units) => units !== null && units > 0);
    const mugs = sold.reduce<number>((sum, units) => sum + (units ?? 0), 0);
    expect(await levelOf(it, mug)).toEqual({ stocked: 60 - mugs, reserved: 0 });
    expect(await levelOf(it, bowl)).toEqual({ stocked: 25 - sold.length, reserved: 0 });
    const { rows } = await it.database.admin(
      `SELECT s.stocked, sum(a.delta)::int AS explained
       FROM inventory.stock_levels s JOIN inventory.adjustments a ON a.stock_level_id = s.id
       WHERE s.variant_id = ANY ($1::uuid[]) GROUP BY s.id`,
      [variantIds],
    );
    for (const row of rows) expect(row.explained).toBe(row.stocked);
  });

  test('find the units of expired holds, and no more', async () => {
    const { variantIds } = await importProduct(it, [{ stocked: 7 }]);
    const mug = variantIds[0]!;
    await hold(stores[0]!, [[mug, 7]]);
    it.clock.advance(16 * minuteMs);
    const outcomes = await everyRival((store) => hold(store, [[mug, 1]]));
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(7);
    expect(await levelOf(it, mug)).toEqual({ stocked: 7, reserved: 7 });
  });

  test('are stopped by the table itself, whatever a statement asks', async () => {
    const { variantIds } = await importProduct(it, [{ stocked: 2 }]);
    await expect(
      it.database.admin('UPDATE inventory.stock_levels SET reserved = 3 WHERE variant_id = $1', [
        variantIds[0],
      ]),
    ).rejects.toThrow('stock_never_oversold');
  });
});
