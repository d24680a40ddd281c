import { newId, type VariantId } from '@mkt/kernel';
import { newContext, runInContext } from '@mkt/service-kit';
import type { TestService } from '@mkt/service-kit/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importProduct, levelOf, minuteMs, reserve, startInventory } from './setup.ts';

describe('reserving stock', () => {
  let it: TestService;
  beforeAll(async () => {
    it = await startInventory();
  });
  afterAll(() => it.close());

  async function oneVariant(stocked: number, policy: 'deny' | 'continue' = 'deny') {
    const { variantIds } = await importProduct(it, [{ stocked, policy }]);
    return variantIds[0]!;
  }
  const confirm = (groupId: string) => it.peer('inventory.confirm', { groupId });
  const release = (groupId: string) => it.peer('inventory.release', { groupId });
  const announced = async (variantId: VariantId, type = 'inventory.stockChanged') =>
    (await it.events(type)).filter((event) => event.aggregateId === variantId);

  test('counts two lines on one stock row together', async () => {
    const mug = await oneVariant(3);
    const refused = await reserve(it, [
      [mug, 2],
      [mug, 2],
    ]);
    expect(refused).toMatchObject({
      ok: false,
      error: { code: 'INSUFFICIENT_STOCK', data: { variantIds: [mug] } },
    });
    expect(await levelOf(it, mug)).toEqual({ stocked: 3, reserved: 0 });
    const held = await reserve(it, [
      [mug, 2],
      [mug, 1],
    ]);
    expect(held.ok).toBe(true);
    expect(await levelOf(it, mug)).toEqual({ stocked: 3, reserved: 3 });
  });

  test('holds every line or none, and names each variant that is short', async () => {
    const { variantIds } = await importProduct(it, [
      { stocked: 5 },
      { stocked: 1 },
      { stocked: 0 },
    ]);
    const [plenty, few, none] = variantIds as [VariantId, VariantId, VariantId];
    const unknown = newId<'Variant'>();
    const refused = await reserve(it, [
      [plenty, 2],
      [few, 2],
      [none, 1],
      [unknown, 1],
    ]);
    expect(refused).toMatchObject({ error: { code: 'INSUFFICIENT_STOCK' } });
    const short = refused.ok ? [] : refused.error.data?.variantIds;
    expect(short).toEqual([few, none, unknown].toSorted());
    expect(await levelOf(it, plenty)).toEqual({ stocked: 5, reserved: 0 });
  });

  test('repeated for a group holds the same units once, even when stock is gone since', async () => {
    const mug = await oneVariant(2);
    const first = await reserve(it, [[mug, 2]]);
    const again = await Promise.all(
      Array.from({ length: 8 }, () => reserve(it, [[mug, 2]], { groupId: first.groupId })),
    );
    expect(again.every((outcome) => outcome.ok)).toBe(true);
    expect(await levelOf(it, mug)).toEqual({ stocked: 2, reserved: 2 });
  });

  test('sent 20 times at once for one group holds once', async () => {
    const mug = await oneVariant(50);
    const groupId = newId<'OrderGroup'>();
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => reserve(it, [[mug, 3]], { groupId })),
    );
    expect(outcomes.every((outcome) => outcome.ok)).toBe(true);
    expect(await levelOf(it, mug)).toEqual({ stocked: 50, reserved: 3 });
  });

  test('costs one round trip, also for the last units', async () => {
    const mug = await oneVariant(4);
    await it.idle();
    const work = newContext();
    await runInContext(work, () => reserve(it, [[mug, 4]]));
    expect(work.spent.sqlRoundTrips).toBe(1);
    expect(await announced(mug)).toHaveLength(2);
  });

  test('after a release is refused for that group, known or not', async () => {
    const mug = await oneVariant(2);
    const held = await reserve(it, [[mug, 1]]);
    expect(await release(held.groupId)).toMatchObject({ ok: true });
    expect(await levelOf(it, mug)).toEqual({ stocked: 2, reserved: 0 });
    const late = await reserve(it, [[mug, 1]], { groupId: held.groupId });
    expect(late).toMatchObject({ error: { code: 'RESERVATION_RELEASED' } });

    const unknown = newId<'OrderGroup'>();
    expect(await release(unknown)).toMatchObject({ ok: true });
    const delayed = await reserve(it, [[mug, 1]], { groupId: unknown });
    expect(delayed).toMatchObject({ error: { code: 'RESERVATION_RELEASED' } });
    expect(await levelOf(it, mug)).toEqual({ stocked: 2, reserved: 0 });
  });

  test('and releasing at once for one group leaves nothing held', async () => {
    const mug = await oneVariant(20);
    for (let round = 0; round < 15; round += 1) {
      const groupId = newId<'OrderGroup'>();
      await Promise.all([reserve(it, [[mug, 1]], { groupId }), release(groupId)]);
      expect(await levelOf(it, mug)).toEqual({ stocked: 20, reserved: 0 });
    }
  });

  test('sells below zero where the variant allows it', async () => {
    const poster = await oneVariant(1, 'continue');
    expect((await reserve(it, [[poster, 3]])).ok).toBe(true);
    const reply = await it.peer('inventory.availability', { variantIds: [poster] });
    expect(reply).toEqual({
      ok: true,
      value: { variants: [{ variantId: poster, available: -2, backorder: true }] },
    });
  });

  test('tells when the last unit goes and when it comes back, and nothing in between', async () => {
    const mug = await oneVariant(5);
    const available = async () =>
      (await announced(mug)).map((event) => (event.payload as { available: number }).available);
    expect(await available()).toEqual([5]);
    await reserve(it, [[mug, 1]]);
    expect(await available()).toEqual([5]);
    const last = await reserve(it, [[mug, 4]]);
    expect(await available()).toEqual([5, 0]);
    await release(last.groupId);
    expect(await available()).toEqual([5, 0, 4]);
    const versions = (await announced(mug)).map((event) => event.aggregateVersion);
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    expect(new Set(versions).size).toBe(3);
  });

  test('announces a low stock once per fall below the threshold', async () => {
    const mug = await oneVariant(5);
    await reserve(it, [[mug, 2]]);
    expect(await announced(mug, 'inventory.lowStock')).toHaveLength(0);
    const second = await reserve(it, [[mug, 1]]);
    await reserve(it, [[mug, 1]]);
    const [alert, ...more] = await announced(mug, 'inventory.lowStock');
    expect(more).toEqual([]);
    expect(alert?.payload).toMatchObject({ available: 2, threshold: 3, variantId: mug });
    await release(second.groupId);
    expect((await reserve(it, [[mug, 1]])).ok).toBe(true);
    expect(await announced(mug, 'inventory.lowStock')).toHaveLength(1);
    await it.idle();
  });

  describe('with a hold that ends', () => {
    test('gives the units back at the minute it ends, and tells', async () => {
      const mug = await oneVariant(2);
      const held = await reserve(it, [[mug, 2]]);
      await it.advance(14 * minuteMs);
      expect(await levelOf(it, mug)).toEqual({ stocked: 2, reserved: 2 });
      await it.advance(minuteMs);
      expect(await levelOf(it, mug)).toEqual({ stocked: 2, reserved: 0 });
      expect(await confirm(held.groupId)).toMatchObject({ error: { code: 'RESERVATION_EXPIRED' } });
      const [, gone, back] = await announced(mug);
      expect([gone?.payload, back?.payload]).toMatchObject([{ available: 0 }, { available: 2 }]);
    });

    test('makes way for a rival before any sweep came by', async () => {
      const mug = await oneVariant(1);
      const stale = await reserve(it, [[mug, 1]], { forMs: minuteMs });
      it.clock.advance(2 * minuteMs);
      const rival = await reserve(it, [[mug, 1]]);
      expect(rival.ok).toBe(true);
      expect(await confirm(stale.groupId)).toMatchObject({
        error: { code: 'RESERVATION_EXPIRED' },
      });
      expect(await confirm(rival.groupId)).toMatchObject({ ok: true });
      expect(await levelOf(it, mug)).toEqual({ stocked: 0, reserved: 0 });
    });

    test('lets the same group hold again', async () => {
      const mug = await oneVariant(1);
      const held = await reserve(it, [[mug, 1]]);
      await it.advance(16 * minuteMs);
      expect((await reserve(it, [[mug, 1]], { groupId: held.groupId })).ok).toBe(true);
      expect(await levelOf(it, mug)).toEqual({ stocked: 1, reserved: 1 });
    });

    test('no longer ends once it is confirmed', async () => {
      const mug = await oneVariant(2);
      const held = await reserve(it, [[mug, 1]]);
      expect(await confirm(held.groupId)).toMatchObject({ ok: true });
      expect(await confirm(held.groupId)).toMatchObject({ ok: true });
      await it.advance(60 * minuteMs);
      expect(await levelOf(it, mug)).toEqual({ stocked: 1, reserved: 0 });
    });
  });

  test('a released sale goes back on the shelf, once', async () => {
    const mug = await oneVariant(2);
    const held = await reserve(it, [[mug, 2]]);
    await confirm(held.groupId);
    await release(held.groupId);
    await release(held.groupId);
    expect(await levelOf(it, mug)).toEqual({ stocked: 2, reserved: 0 });
    const { rows } = await it.database.admin(
      `SELECT reason, delta, stocked FROM inventory.adjustments WHERE variant_id = $1 ORDER BY seq`,
      [mug],
    );
    expect(rows).toEqual([
      { reason: 'imported', delta: 2, stocked: 2 },
      { reason: 'sold', delta: -2, stocked: 0 },
      { reason: 'released', delta: 2, stocked: 2 },
    ]);
  });
});
