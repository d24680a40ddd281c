import { expect } from 'vitest';
import { backendNames } from '../../marketplace/src/load-definition.ts';
import type { SuiteDatabase } from './backend.ts';
import { expectOk, request } from './http.ts';

export interface Books {
  readonly url: string;
  readonly database: SuiteDatabase;
  readonly operator: string;
  /** Order groups whose placing was answered. */
  readonly acknowledged: readonly string[];
  /** Units that each variant had at first. */
  readonly stocked: number;
  /** Every sale takes a unit of each. */
  readonly variants: readonly string[];
}

/** What a suite has done that the strict form would take for a mistake. */
export interface Allowed {
  /** Variants of other sales than those that are counted. */
  readonly otherSales?: boolean;
  /** Events that were parked and have been replayed since. */
  readonly replayedEvents?: boolean;
}

/** Nothing that was acknowledged is lost, nothing is half done, and every book adds up. */
export async function expectBooksInOrder(books: Books, allowed: Allowed = {}): Promise<void> {
  const { database, acknowledged, variants, stocked } = books;
  const { otherSales = false, replayedEvents = false } = allowed;
  const one = async (sql: string, params?: unknown[]): Promise<number> =>
    (await database.query(sql, params))[0]?.n as number;
  const kept = await one(
    'SELECT count(*)::int AS n FROM "order".order_groups WHERE id = ANY($1) AND placed_at IS NOT NULL',
    [acknowledged],
  );
  expect(kept).toBe(acknowledged.length);
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
    `SELECT sum(stocked)::int AS stocked, sum(reserved)::int AS reserved
     FROM inventory.stock_levels WHERE variant_id = ANY($1) OR NOT $2`,
    [variants, otherSales],
  );
  const placed = await one(
    `SELECT count(DISTINCT g.id)::int AS n FROM "order".order_groups g
     WHERE g.placed_at IS NOT NULL AND (NOT $2 OR EXISTS (
       SELECT 1 FROM inventory.reservations r WHERE r.group_id = g.id AND r.variant_id = ANY($1)))`,
    [variants, otherSales],
  );
  expect(stock).toEqual({ stocked: variants.length * (stocked - placed), reserved: 0 });
  for (const name of backendNames) {
    expect([
      name,
      await one(`SELECT count(*)::int AS n FROM "${name}".outbox WHERE published_at IS NULL`),
      await one(
        `SELECT count(*)::int AS n FROM "${name}".dead_letters WHERE replayed_at IS NULL OR NOT $1`,
        [replayedEvents],
      ),
    ]).toEqual([name, 0, 0]);
  }
  const verified = await expectOk(
    request(books.url, 'POST', '/v1/ledger/verify', { token: books.operator }),
  );
  expect(verified).toMatchObject({ ok: true, violations: [] });
}
