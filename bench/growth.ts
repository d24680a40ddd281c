import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { approvedVendor, checkOut, operatorAt, readyToBuy } from '../tests/support/actors.ts';
import { expectOk } from '../tests/support/http.ts';
import { shelfOf } from './catalogue.ts';
import { buyTimed, type Shop } from './checkouts.ts';
import type { Row } from './report.ts';
import { rowsWrittenBy, type Template, templateOf } from './written-rows.ts';

const levels = [
  { orders: 1_000, vendors: 10 },
  { orders: 10_000, vendors: 1_000 },
  { orders: 100_000, vendors: 5_000 },
] as const;
const copiesPerStatement = 250;
/** Compiled and planned by then: what a checkout costs falls for hundreds of them. */
const warmUp = 400;
const rounds = 3;
const measured = 80;

/**
 * What a checkout costs in a shop with a long past. The past is made of copies of the rows that one
 * real order and one real vendor left: the tables and indexes are as large as they would be.
 */
export async function measureGrowth(shop: Shop): Promise<Row[]> {
  const past = await createPast(shop);
  await buyTimed(shop, warmUp);
  const rows: Row[] = [];
  let first: number | undefined;
  for (const { orders, vendors } of levels) {
    await past.fill(vendors, orders);
    await buyTimed(shop, measured);
    const cost = await middleCost(shop);
    const what = `checkout after ${amount(orders)} orders of ${amount(vendors)} vendors`;
    rows.push({ topic: 'growth', what, unit: 'msCpu', value: cost });
    const limit = { kind: 'atMost', bound: 1.2, aim: 1.1 } as const;
    const ofFirst = { topic: 'growth', what: 'of the first', unit: 'times', limit } as const;
    if (first !== undefined) rows.push({ ...ofFirst, value: cost / first });
    first ??= cost;
  }
  return rows;
}

async function middleCost(shop: Shop): Promise<number> {
  const costs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const { processCpuMs, databaseCpuMs = 0 } = await buyTimed(shop, measured);
    costs.push(processCpuMs + databaseCpuMs);
  }
  return costs.toSorted((a, b) => a - b)[rounds >> 1] ?? Number.NaN;
}

async function createPast({ marketplace, database }: Shop) {
  const { url } = marketplace;
  const operator = await operatorAt(url);
  const startedMs = Date.now() - 1_000;
  const isOwn = (id: string): boolean => madeAtMs(id) >= startedMs;

  let sampleVendor = '';
  const ofVendor = await rowsWrittenBy(database, async () => {
    sampleVendor = (await approvedVendor(url, operator, 'Sample')).vendorId;
    await marketplace.settledUsage();
  });
  const { basket } = await shelfOf(url);
  const ready = await readyToBuy(url, basket);
  let sellers: string[] = [];
  const ofOrder = await rowsWrittenBy(database, async () => {
    const placed = await expectOk(checkOut(url, ready));
    sellers = placed.orders.map(({ vendorId }: { vendorId: string }) => vendorId);
    await marketplace.settledUsage();
  });
  const vendorTemplate = await templateOf(database, ofVendor, isOwn);
  const orderTemplate = await templateOf(
    database,
    ofOrder,
    (id) => isOwn(id) || sellers.includes(id),
  );

  const vendorIds: string[] = [];
  let orders = 0;
  let copies = 0;
  const fillWith = (template: Template, given: () => ReadonlyMap<string, string>, count: number) =>
    insertCopies({ database, template, count, given, number: () => (copies += 1) });

  return {
    async fill(vendors: number, wanted: number): Promise<void> {
      const newVendor = () => {
        const id = randomUUID();
        vendorIds.push(id);
        return new Map([[sampleVendor, id]]);
      };
      await fillWith(vendorTemplate, newVendor, vendors - vendorIds.length);
      let turn = 0;
      const nextVendor = (seller: string) => {
        turn += 7;
        return vendorIds[turn % vendorIds.length] ?? seller;
      };
      const someVendors = () => new Map(sellers.map((seller) => [seller, nextVendor(seller)]));
      await fillWith(orderTemplate, someVendors, wanted - orders);
      orders = wanted;
      await database.query('VACUUM ANALYZE');
    },
  };
}

interface Copies {
  readonly database: Shop['database'];
  readonly template: Template;
  readonly count: number;
  readonly given: () => ReadonlyMap<string, string>;
  readonly number: () => number;
}

/** In bulk and without triggers: what they check was checked for the row that is copied. */
async function insertCopies(copies: Copies): Promise<void> {
  const { database } = copies;
  const client = new pg.Client(database.admin);
  await client.connect();
  try {
    await insertWith(client, copies);
  } finally {
    await client.end();
  }
}

async function insertWith(
  client: pg.Client,
  { template, count, given, number }: Copies,
): Promise<void> {
  await client.query('SET session_replication_role = replica');
  const statements = template.tables.map(({ table, columns }) => {
    const names = columns.map((column) => `"${column}"`).join(', ');
    return `INSERT INTO ${table} (${names}) OVERRIDING SYSTEM VALUE
      SELECT ${names} FROM jsonb_populate_recordset(NULL::${table}, $1) ON CONFLICT DO NOTHING`;
  });
  for (let left = count; left > 0; left -= copiesPerStatement) {
    const size = Math.min(left, copiesPerStatement);
    const copied = Array.from({ length: size }, () => template.copy(number(), given()));
    for (const [at, sql] of statements.entries()) {
      // Of some tables nothing was the work's own.
      const rows = copied.map((one) => (one[at] ?? '[]').slice(1, -1)).filter((one) => one !== '');
      if (rows.length > 0) await client.query(sql, [`[${rows.join(',')}]`]);
    }
  }
}

/** When a UUID of version 7 was made; others have no time, and are nobody's name for long. */
function madeAtMs(id: string): number {
  return id[14] === '7'
    ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
    : Number.POSITIVE_INFINITY;
}

const amount = (value: number): string => value.toLocaleString('en');
