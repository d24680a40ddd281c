import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plumbingRetention, type RetentionRule, retentionSql } from '@mkt/service-kit';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createSuiteDatabase, type SuiteDatabase, startBackend } from '../support/backend.ts';

/** Tables whose rows stay, each with the reason why they do not grow without one. */
const kept: Readonly<Record<string, string>> = {
  // The plumbing of every service.
  '*.outbox': 'published rows go after some days, by the relay',
  '*.inbox': 'goes with what the bus may deliver again, by the consumer',
  '*.document_commits': 'old ones that no document names go, by the sweep of documents',
  '*.migrations': 'one row per migration',
  '*.kit_migrations': 'one row per migration',
  // One row per thing that exists.
  'guard.usage_days': 'a few rows per day, the history of what was used',
  'inventory.locations': 'a place of a vendor',
  'inventory.stock_levels': 'a variant at a place',
  'inventory.adjustments': 'the history of stock, immutable',
  'inventory.reservations': 'of a sale; those of an ended hold go with it',
  'notification.vendor_contacts': 'one per vendor',
  'notification.webhook_endpoints': 'a vendor’s own',
  'order.orders': 'a sale',
  'order.order_lines': 'a sale',
  'order.order_shipments': 'a sale',
  'order.order_movements': 'a sale',
  'order.order_timeline': 'a sale',
  'payment.payments': 'books',
  'payment.payment_shares': 'books',
  'payment.movements': 'books',
  'payment.simulator_secret': 'one row',
  'payment.simulator_payments': 'the books of the simulated company',
  'payment.simulator_operations': 'the books of the simulated company',
  'payout.accounts': 'ledger',
  'payout.transactions': 'ledger',
  'payout.transfers': 'ledger',
  'payout.orders': 'ledger',
  'payout.order_items': 'ledger',
  'payout.movements': 'ledger',
  'payout.deliveries': 'ledger',
  'payout.reserves': 'ledger',
  'payout.vendors': 'one per vendor',
  'payout.payouts': 'ledger',
  'payout.rail_payments': 'ledger',
  'payout.commission_rules': 'what was agreed, when',
  'pricing.offers': 'one per variant',
  'pricing.prices': 'one per variant and currency',
  'pricing.product_offers': 'one per product',
  'pricing.vendors': 'one per vendor',
  'pricing.coupons': 'a vendor’s own',
  'pricing.coupon_shoppers': 'what limits a coupon per shopper',
  'pricing.tax_rates': 'data',
  'pricing.market_terms': 'data',
  'product.products': 'a product',
  'product.vendors': 'one per vendor',
  'product.ratings': 'one per product',
  'product.media': 'a picture of a product',
  'review.lines': 'what may be reviewed, one per sold line',
  'review.reviews': 'a review',
  'review.reports': 'at most one per review and reader',
  'review.ratings': 'one per product',
  'search.entries': 'one per product',
  'search.availability': 'one per variant',
  'search.vendors': 'one per vendor',
  'shipping.profiles': 'one per vendor',
  'shipping.shipments': 'a sale',
  'shipping.tracking_events': 'a sale',
  'user.users': 'an account',
  'user.refresh_tokens': 'go with their session',
  'user.signing_keys': 'rotated away',
  'user.addresses': 'an account’s own',
  'vendor.vendors': 'a vendor',
  'vendor.decisions': 'what operators decided, and why',
  'vendor.staff': 'people of a vendor',
  'vendor.api_keys': 'what may still be asked about',
  'vendor.checklist_entries': 'one per vendor and requirement',
  'vendor.vendor_products': 'one per product',
  'vendor.requirements': 'data',
  'vendor.sealing_keys': 'a few',
};

describe('old rows', () => {
  let database: SuiteDatabase;
  let backend: Awaited<ReturnType<typeof startBackend>>;
  let filesDir: string;
  let rules: { service: string; rule: RetentionRule }[];

  beforeAll(async () => {
    database = await createSuiteDatabase(inject('postgresUrl'));
    filesDir = await mkdtemp(join(tmpdir(), 'mkt-retention-'));
    backend = await startBackend({ admin: database.admin, filesDir, soleProcess: true });
    rules = [...backend.marketplace.services.values()]
      .filter(({ name }) => name !== 'gateway')
      .flatMap(({ name: service, parts }) =>
        [...(parts.retention ?? []), ...plumbingRetention].map((rule) => ({ service, rule })),
      );
  });
  afterAll(async () => {
    await backend?.marketplace.stop();
    await database?.drop();
    await rm(filesDir, { recursive: true, force: true });
  });

  test('of every table go after some time, or stay for a reason that is written down', async () => {
    const tables = await database.query(
      `SELECT schemaname AS service, tablename AS name FROM pg_tables
       WHERE schemaname = ANY ($1) ORDER BY 1, 2`,
      [[...new Set(rules.map(({ service }) => service))]],
    );
    expect(tables.length).toBeGreaterThan(100);
    const undecided = tables.filter(
      ({ service, name }) =>
        !rules.some((known) => known.service === service && known.rule.table === name) &&
        !(`${service}.${name}` in kept) &&
        !(`*.${name}` in kept),
    );
    expect(undecided.map(({ service, name }) => `${service}.${name}`)).toEqual([]);
    const there = new Set(
      tables.flatMap(({ service, name }) => [`${service}.${name}`, `*.${name}`]),
    );
    expect(Object.keys(kept).filter((name) => !there.has(name))).toEqual([]);
  });

  test('are found by statements that the database understands', async () => {
    for (const { service, rule } of rules) {
      const sql = retentionSql(rule).replaceAll('$1', 'now()');
      const statement = `SET search_path = "${service}"; EXPLAIN ${sql}; RESET search_path`;
      const refused = await database.query(statement).then(
        () => null,
        (error: Error) => error.message,
      );
      expect([service, rule.table, refused]).toEqual([service, rule.table, null]);
    }
  });
});
