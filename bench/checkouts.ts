import { checkOut, type Prepared, readyToBuy } from '../tests/support/actors.ts';
import type { SuiteDatabase } from '../tests/support/backend.ts';
import { expectOk } from '../tests/support/http.ts';
import { shelfOf } from './catalogue.ts';
import { type Child, startChild } from './child.ts';
import { databaseCpuMicros } from './database-cpu.ts';
import type { Row } from './report.ts';
import { rowsWrittenBy, type Template, templateOf } from './written-rows.ts';

const shoppersAtOnce = 8;
const rounds = 3;
const checkoutsPerRound = 120;
/** What is compiled and planned at the first hundreds is not what a checkout costs. */
const warmUp = 200;
const row = { topic: 'checkout' } as const;

/** What buys, and the database that it all ends in. */
export interface Shop {
  readonly marketplace: Child;
  readonly database: SuiteDatabase;
}

interface Cost {
  readonly perSecond: number;
  readonly processCpuMs: number;
  /** Undefined where the system does not tell. */
  readonly databaseCpuMs: number | undefined;
}

/** Does a piece of work so many times, and says what each cost a process and the database. */
async function costOf(
  { process, database, count }: { process: Child; database: SuiteDatabase; count: number },
  work: () => Promise<unknown>,
): Promise<Cost> {
  const before = await process.idleUsage();
  const databaseBefore = await databaseCpuMicros(database);
  const startedAt = performance.now();
  await work();
  const after = await process.idleUsage();
  const seconds = (performance.now() - startedAt) / 1_000;
  const databaseAfter = await databaseCpuMicros(database);
  const each = (micros: number): number => micros / 1_000 / count;
  return {
    perSecond: count / seconds,
    processCpuMs: each(after.cpuMicros - before.cpuMicros),
    databaseCpuMs:
      databaseBefore === undefined || databaseAfter === undefined
        ? undefined
        : each(databaseAfter - databaseBefore),
  };
}

/**
 * Checkouts of 3 lines from 2 vendors, eight at a time, with all that follows each; beside the same
 * rows written by bare `pg` in one transaction per checkout.
 */
export async function measureCheckouts(shop: Shop): Promise<Row[]> {
  await buyTimed(shop, warmUp);
  const template = await bareTemplate(shop);
  const bare = await startBareWrites(shop.database, template);
  await bare.write(warmUp);
  const ours: Cost[] = [];
  const theirs: Cost[] = [];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await buyTimed(shop, checkoutsPerRound));
    theirs.push(await bare.write(checkoutsPerRound));
  }
  await bare.stop();
  return rowsOf(
    middleBy(ours, ({ perSecond }) => perSecond),
    middleBy(theirs, ({ perSecond }) => perSecond),
  );
}

function rowsOf(ours: Cost, bare: Cost): Row[] {
  return [
    {
      ...row,
      what: 'checkouts, all that follows included',
      unit: 'perSecond',
      value: ours.perSecond,
      reference: bare.perSecond,
      ratio: ours.perSecond / bare.perSecond,
      limit: { kind: 'atLeast', bound: 0.15, aim: 0.3 },
    },
    cpuRow('processor time of one, process', ours.processCpuMs, bare.processCpuMs),
    ...databaseRows(ours, bare),
  ];
}

function databaseRows(ours: Cost, bare: Cost): Row[] {
  const [oursMs, bareMs] = [ours.databaseCpuMs, bare.databaseCpuMs];
  if (oursMs === undefined || bareMs === undefined) return [];
  return [
    cpuRow('the same, database', oursMs, bareMs),
    {
      ...cpuRow('the same, both', ours.processCpuMs + oursMs, bare.processCpuMs + bareMs),
      limit: { kind: 'atMost', bound: 8, aim: 4 },
    },
  ];
}

/** Beside what the bare writes cost: nothing that stores these rows costs less. */
function cpuRow(what: string, value: number, reference: number): Row {
  return { ...row, what, unit: 'msCpu', value, reference };
}

/** Carts are filled beforehand: what is timed is the checkout and what it sets off. */
export async function buyTimed({ marketplace, database }: Shop, count: number): Promise<Cost> {
  const { basket } = await shelfOf(marketplace.url);
  const prepared: Prepared[] = [];
  while (prepared.length < count) prepared.push(await readyToBuy(marketplace.url, basket));
  const buy = async () => {
    for (let next = prepared.pop(); next; next = prepared.pop()) {
      const reply = await expectOk(checkOut(marketplace.url, next));
      if (reply.state !== 'placed') throw new Error(`A checkout ended as ${reply.state}`);
    }
  };
  return costOf({ process: marketplace, database, count }, () =>
    Promise.all(Array.from({ length: shoppersAtOnce }, buy)),
  );
}

/** The rows of one checkout, in tables of the same columns and indexes without anything else. */
async function bareTemplate({ marketplace, database }: Shop): Promise<Template> {
  const { basket } = await shelfOf(marketplace.url);
  const ready = await readyToBuy(marketplace.url, basket);
  await marketplace.settledUsage();
  const written = await rowsWrittenBy(database, async () => {
    await expectOk(checkOut(marketplace.url, ready));
    await marketplace.settledUsage();
  });
  return templateOf(database, written, () => true);
}

async function startBareWrites(database: SuiteDatabase, template: Template) {
  await database.query('CREATE SCHEMA bare');
  const statements: string[] = [];
  for (const [at, { table, columns }] of template.tables.entries()) {
    const bare = `bare.t${at}`;
    await database.query(
      `CREATE TABLE ${bare} (LIKE ${table} INCLUDING DEFAULTS INCLUDING INDEXES)`,
    );
    const names = columns.map((column) => `"${column}"`).join(', ');
    statements.push(
      `INSERT INTO ${bare} (${names}) SELECT ${names} FROM jsonb_populate_recordset(NULL::${bare}, $1)`,
    );
  }
  const settings = { admin: database.admin, connections: shoppersAtOnce, statements };
  const child = await startChild('bare-writes', settings);
  let copies = 0;
  return {
    write(count: number): Promise<Cost> {
      const repetitions = Array.from({ length: count }, () => {
        copies += 1;
        return template.copy(copies);
      });
      return costOf({ process: child, database, count }, () => child.tell(repetitions));
    },
    stop: () => child.stop(),
  };
}

function middleBy<T>(all: readonly T[], of: (each: T) => number): T {
  const middle = all.toSorted((a, b) => of(a) - of(b))[all.length >> 1];
  if (middle === undefined) throw new Error('Nothing was measured');
  return middle;
}
