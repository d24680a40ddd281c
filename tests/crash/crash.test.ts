import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { approvedVendor, checkOut, operatorOf, publish, readyToBuy } from '../support/actors.ts';
import { createSuiteDatabase, type SuiteDatabase, startBackend } from '../support/backend.ts';
import { expectOk, request } from '../support/http.ts';
import { spawnBackend } from '../support/process.ts';

/** Where a checkout is killed: each stored step, and after each command was carried out. */
const faultPoints = (process.env.MKT_FAULT_POINTS ?? '').split(',').filter(Boolean);
const defaultFaultPoints = [
  'checkout.buying',
  'checkout.buying.executed',
  'checkout.buying.reserved',
  'checkout.buying.authorized',
  'checkout.placed',
  'relay.order.claimed',
  'relay.order.delivered',
];
const randomMoments = Number(process.env.MKT_CRASH_MOMENTS ?? 50);
const seed = 20_261_101;

describe('a process killed in the middle of checkouts', () => {
  let database: SuiteDatabase;
  let filesDir: string;
  let variants: string[];
  const stocked = 100_000;

  beforeAll(async () => {
    database = await createSuiteDatabase(inject('postgresUrl'));
    filesDir = await mkdtemp(join(tmpdir(), 'mkt-crash-'));
    const backend = await startBackend({ admin: database.admin, filesDir, soleProcess: true });
    const { url } = backend.marketplace;
    const operator = await operatorOf(backend.marketplace);
    variants = [];
    for (const name of ['First', 'Second']) {
      const vendor = await approvedVendor(url, operator, name);
      const handle = `crash-${name.toLowerCase()}`;
      const products = [{ handle, priceMinor: 2_500, stock: stocked }];
      await publish(url, operator, vendor, products);
      await backend.marketplace.idle();
      variants.push((await publish(url, operator, vendor, products)).get(handle) ?? '');
    }
    await backend.marketplace.idle();
    await backend.marketplace.stop();
  });
  afterAll(async () => {
    await database?.drop();
    await rm(filesDir, { recursive: true, force: true });
  });

  let acknowledged: string[];
  beforeEach(() => {
    acknowledged = [];
  });

  /** Buys until the process dies, a bounded number of times; what was answered is remembered. */
  async function buyUntilItDies(url: string, times: number): Promise<void> {
    for (let n = 0; n < times; n += 1) {
      try {
        const ready = await readyToBuy(
          url,
          variants.map((variantId) => ({ variantId, quantity: 1 })),
        );
        const reply = await checkOut(url, ready);
        if (reply.body.state === 'placed') acknowledged.push(reply.body.groupId);
      } catch {
        return;
      }
    }
  }

  /** Starts again, lets everything finish, and looks at all books. */
  async function expectRecovered(): Promise<void> {
    const backend = await startBackend({ admin: database.admin, filesDir, soleProcess: true });
    const { marketplace, clock } = backend;
    try {
      await marketplace.idle();
      // Past every deadline of a payment: what is not finished by then must be undone.
      await clock.advance(3 * 60 * 60_000);
      await marketplace.sweep();
      await marketplace.idle();
      const one = async (sql: string) => (await database.query(sql))[0]?.n as number;
      const kept = await database.query(
        `SELECT id FROM "order".order_groups WHERE id = ANY($1) AND placed_at IS NOT NULL`,
        [acknowledged],
      );
      expect(kept).toHaveLength(acknowledged.length);
      expect(
        await one(
          `SELECT count(*)::int AS n FROM "order".sagas WHERE kind = 'checkout' AND finished_at IS NULL`,
        ),
      ).toBe(0);
      expect(
        await one(`SELECT count(*)::int AS n FROM payment.payments p
                   WHERE p.status = 'authorized' AND NOT EXISTS (
                     SELECT 1 FROM "order".order_groups g WHERE g.id = p.group_id AND g.placed_at IS NOT NULL)`),
      ).toBe(0);
      expect(
        await one(`SELECT count(*)::int AS n FROM "order".order_groups g
                   WHERE g.placed_at IS NOT NULL AND NOT EXISTS (
                     SELECT 1 FROM payment.payments p WHERE p.group_id = g.id AND p.status = 'authorized')`),
      ).toBe(0);
      const [stock] = await database.query(
        'SELECT sum(stocked)::int AS stocked, sum(reserved)::int AS reserved FROM inventory.stock_levels',
      );
      const placed = await one(
        `SELECT count(*)::int AS n FROM "order".order_groups WHERE placed_at IS NOT NULL`,
      );
      expect(stock).toEqual({ stocked: 2 * (stocked - placed), reserved: 0 });
      for (const name of marketplace.services.keys()) {
        const schema = `"${name}"`;
        expect(
          await one(`SELECT count(*)::int AS n FROM ${schema}.outbox WHERE published_at IS NULL`),
        ).toBe(0);
        expect(await one(`SELECT count(*)::int AS n FROM ${schema}.dead_letters`)).toBe(0);
      }
      const operator = await operatorOf(marketplace);
      const verified = await expectOk(
        request(marketplace.url, 'POST', '/v1/ledger/verify', { token: operator }),
      );
      expect(verified).toMatchObject({ ok: true, violations: [] });
    } finally {
      await marketplace.stop();
    }
  }

  test.each(faultPoints.length > 0 ? faultPoints : defaultFaultPoints)(
    'at %s loses nothing and leaves nothing half done',
    async (point) => {
      const dieAt = { point, times: 2 };
      const child = await spawnBackend({
        admin: database.admin,
        filesDir,
        soleProcess: true,
        dieAt,
      });
      await buyUntilItDies(child.url, 8);
      const outcome = await Promise.race([
        child.exited.then(() => 'died'),
        new Promise((resolve) => setTimeout(() => resolve('alive'), 5_000).unref()),
      ]);
      if (outcome === 'alive') await child.kill();
      expect(outcome, `the fault point ${point} was never reached`).toBe('died');
      await expectRecovered();
    },
    60_000,
  );

  test(`at ${randomMoments} moments under load loses nothing and leaves nothing half done`, async () => {
    let state = seed;
    const random = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    };
    for (let n = 0; n < randomMoments; n += 1) {
      const child = await spawnBackend({ admin: database.admin, filesDir, soleProcess: true });
      const load = Promise.all(Array.from({ length: 4 }, () => buyUntilItDies(child.url, 50)));
      await Promise.race([load, momentAfter(50 + random() * 600)]);
      await child.kill();
      await load;
    }
    await expectRecovered();
  }, 240_000);
});

function momentAfter(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
