import { platformRoleOf, vendorRoleOf } from '@mkt/service-kit';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { backendNames } from '../../marketplace/src/load-definition.ts';
import { approvedVendor, checkOut, publish, readyToBuy, type Vendor } from '../support/actors.ts';
import type { SuiteDatabase } from '../support/backend.ts';
import { expectOk, request } from '../support/http.ts';
import { type Shape, shapesOfThisRun, startShape } from '../support/shape.ts';
import { vendorRoutesOf } from '../support/vendor-routes.ts';

describe.each(shapesOfThisRun)('in the shape %s, another vendor’s data', (kind) => {
  let shape: Shape;
  let database: SuiteDatabase;
  let url: string;
  let victim: Vendor;
  let stranger: Vendor;
  /** Real ids of the victim by the name of the path parameter. */
  let ids: Readonly<Record<string, string>>;

  beforeAll(async () => {
    shape = await startShape(kind, inject('postgresUrl'));
    ({ url, database } = shape);
    const operator = await shape.operator();
    victim = await approvedVendor(url, operator, 'Victim');
    stranger = await approvedVendor(url, operator, 'Stranger');
    ids = await tradeOf(victim, operator);
  });
  afterAll(() => shape?.stop());

  /** Gives the victim a product, stock, an order, a shipment, a coupon and money. */
  async function tradeOf(vendor: Vendor, operator: string): Promise<Record<string, string>> {
    const products = [{ handle: 'victims-mug', priceMinor: 3_400, stock: 50 }];
    await publish(url, operator, vendor, products);
    await shape.settle();
    const variantId = (await publish(url, operator, vendor, products)).get('victims-mug') ?? '';
    await shape.settle();
    const placed = await checkOut(url, await readyToBuy(url, [{ variantId, quantity: 2 }]));
    expect(placed.body.state).toBe('placed');
    await shape.settle();
    const orderId: string = placed.body.orders[0].orderId;
    const shipped = await expectOk(
      request(url, 'POST', `/v1/orders/${orderId}/shipments`, {
        token: vendor.token,
        body: { carrier: 'Post', trackingNumber: 'X1' },
      }),
    );
    await shape.settle();
    const coupon = await expectOk(
      request(url, 'POST', '/v1/coupons', {
        token: vendor.token,
        body: { code: 'VICTIM', currency: 'EUR', discount: { kind: 'percentage', ratePpm: 5 } },
      }),
    );
    const { items } = await expectOk(request(url, 'GET', '/v1/products', { token: vendor.token }));
    const [shipment] = await database.query('SELECT id FROM shipping.shipments LIMIT 1');
    void shipped;
    return {
      vendorId: vendor.vendorId,
      vendorIdOrSlug: vendor.vendorId,
      variantId,
      orderId,
      couponId: coupon.couponId,
      productId: items[0].id,
      shipmentId: String(shipment?.id),
    };
  }

  /** A row count and a digest of everything the victim owns, over all services. */
  async function fingerprint(): Promise<string> {
    const tables = await database.query(
      `SELECT table_schema AS s, table_name AS t FROM information_schema.columns
       WHERE column_name = 'vendor_id' AND table_schema NOT IN ('pg_catalog', 'information_schema')
         AND table_name NOT IN ('idempotency', 'outbox') ORDER BY 1, 2`,
    );
    const parts: string[] = [];
    for (const { s, t } of tables) {
      const [row] = await database.query(
        `SELECT md5(coalesce(string_agg(r::text, '|' ORDER BY r::text), '')) AS d
         FROM "${s}"."${t}" r WHERE vendor_id = $1`,
        [victim.vendorId],
      );
      parts.push(`${s}.${t}:${row?.d}`);
    }
    return parts.join('\n');
  }

  test('is neither shown nor changed by any route, with another vendor’s token and these ids', async () => {
    const before = await fingerprint();
    const routes = await vendorRoutesOf(url);
    expect(routes.length).toBeGreaterThan(20);
    const leaks: string[] = [];
    for (const { method, template } of routes) {
      const unknown = [...template.matchAll(/\{(\w+)\}/g)].filter(([, name]) => !ids[name ?? '']);
      const path = template.replaceAll(/\{(\w+)\}/g, (_, id) => ids[id] ?? crypto.randomUUID());
      const sent = method === 'GET' ? {} : { body: {}, headers: { 'if-match': '"1"' } };
      const reply = await request(url, method, path, { token: stranger.token, ...sent });
      // A body that the route does not accept is refused before anything is looked up.
      const refused = [400, 403, 404, 412, 415, 422, 428].includes(reply.status);
      const empty = reply.status === 200 && !JSON.stringify(reply.body).includes(victim.vendorId);
      if (!refused && !(empty && method === 'GET')) {
        leaks.push(`${method} ${path} → ${reply.status}${unknown.length ? ' (unknown id)' : ''}`);
      }
    }
    expect(leaks).toEqual([]);
    expect(await fingerprint()).toBe(before);
  });

  test('is answered with 404 where the request is otherwise right', async () => {
    const { token } = stranger;
    const tries: [string, string, unknown?][] = [
      ['GET', `/v1/orders/${ids.orderId}`],
      ['POST', `/v1/orders/${ids.orderId}/cancel`, { reason: 'mine now' }],
      ['POST', `/v1/orders/${ids.orderId}/shipments`, { carrier: 'P', trackingNumber: '1' }],
      ['POST', `/v1/shipments/${ids.shipmentId}/deliver`],
      ['PUT', `/v1/prices/${ids.variantId}`, { listPrice: { amountMinor: 1, currency: 'EUR' } }],
      ['PUT', `/v1/stock/${ids.variantId}`, { stocked: 9 }],
      ['PATCH', `/v1/coupons/${ids.couponId}`, { active: false }],
      ['POST', `/v1/products/${ids.productId}/archive`],
      ['GET', `/v1/vendors/${ids.vendorId}/staff`],
    ];
    for (const [method, path, body] of tries) {
      const reply = await request(url, method, path, { token, ...(body ? { body } : {}) });
      expect([path, reply.status]).toEqual([path, 404]);
    }
  });

  test('is not listed: every list of a vendor holds its own alone', async () => {
    const { token } = stranger;
    for (const path of ['/v1/orders', '/v1/stock', '/v1/coupons', '/v1/shipments', '/v1/payouts']) {
      const reply = await request(url, 'GET', path, { token });
      expect([path, reply.status, reply.body.items]).toEqual([path, 200, []]);
    }
    const period = 'from=2026-01-01T00:00:00Z&to=2099-01-01T00:00:00Z';
    const path = `/v1/ledger/statement?currency=EUR&${period}`;
    const statement = await request(url, 'GET', path, { token });
    expect(JSON.stringify(statement.body)).not.toContain(victim.vendorId);
  });

  test('is invisible to a service’s vendor role, without a vendor and with another one', async () => {
    const tables = await database.query(
      `SELECT c.table_schema AS s, c.table_name AS t FROM information_schema.columns c
       JOIN information_schema.role_table_grants g
         ON g.table_schema = c.table_schema AND g.table_name = c.table_name
        AND g.grantee = 'mkt_' || c.table_schema || '_vendor' AND g.privilege_type = 'SELECT'
       WHERE c.column_name = 'vendor_id' ORDER BY 1, 2`,
    );
    expect(tables.length).toBeGreaterThan(15);
    for (const schema of new Set(tables.map(({ s }) => String(s)))) {
      const client = new pg.Client({ ...database.admin, user: vendorRoleOf(schema) });
      await client.connect();
      for (const { t } of tables.filter(({ s }) => s === schema)) {
        const count = `SELECT count(*)::int AS n FROM "${t}"`;
        const without = await client.query(count);
        await client.query(`SELECT set_config('mkt.vendor_id', '${stranger.vendorId}', false)`);
        const asOther = await client.query(`${count} WHERE vendor_id = '${victim.vendorId}'`);
        await client.query(`SELECT set_config('mkt.vendor_id', '', false)`);
        expect([schema, t, without.rows[0].n, asOther.rows[0].n]).toEqual([schema, t, 0, 0]);
      }
      await client.end();
    }
  });

  test('is under forced row-level security wherever a vendor role can reach it', async () => {
    const open = await database.query(
      `SELECT n.nspname || '.' || c.relname AS name FROM pg_class c
       JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'vendor_id' AND NOT a.attisdropped
       WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
         AND n.nspname <> 'mkt' AND has_table_privilege('mkt_' || n.nspname || '_vendor', c.oid, 'SELECT, INSERT, UPDATE')
         AND NOT (c.relrowsecurity AND c.relforcerowsecurity)`,
    );
    expect(open).toEqual([]);
  });

  test('is served by roles that cannot step around the policies', async () => {
    const names = backendNames.flatMap((name) => [platformRoleOf(name), vendorRoleOf(name)]);
    const mighty = await database.query(
      'SELECT rolname FROM pg_roles WHERE rolname = ANY($1) AND (rolsuper OR rolbypassrls)',
      [names],
    );
    expect(mighty).toEqual([]);
  });
});
