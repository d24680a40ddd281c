import type { SuiteDatabase } from '../tests/support/backend.ts';
import { measureCheckouts } from './checkouts.ts';
import { type Child, startChild } from './child.ts';
import { measureGrowth } from './growth.ts';
import { measureImport } from './import.ts';
import { measureAfterCheckouts, measureIdle } from './memory.ts';
import { measureReads } from './reads.ts';
import type { Row } from './report.ts';
import { measureRoundTrips } from './round-trips.ts';
import { measureSearch } from './search.ts';
import { measureStarts } from './start.ts';

/** What topics share: one filled shop, and processes that sell in it. */
export interface Bench {
  readonly database: SuiteDatabase;
  readonly filesDir: string;
  readonly checkouts: number;
}

/** What a slow machine does not buy in this time it does not buy: the table says how many. */
const buyingMs = 110_000;

interface Topic {
  readonly about: string;
  /** Takes minutes: measured where it is asked for by name. */
  readonly isLong?: true;
  measure(bench: Bench): Promise<Row[]>;
}

export const topics: Readonly<Record<string, Topic>> = {
  start: { about: 'a first and a second start', measure: measureStarts },
  roundTrips: {
    about: 'statements of a checkout',
    measure: ({ database, filesDir }) =>
      measureRoundTrips({ admin: database.admin, filesDir, soleProcess: true }),
  },
  memory: {
    about: 'memory, idle and after many checkouts',
    measure: (bench) =>
      inMarketplace(bench, async (marketplace) => [
        ...(await measureIdle(marketplace)),
        ...(await measureAfterCheckouts(marketplace, {
          checkouts: bench.checkouts,
          durationMs: buyingMs,
        })),
      ]),
  },
  reads: {
    about: 'product list and detail beside a bare Fastify',
    measure: (bench) => inMarketplace(bench, measureReads),
  },
  checkout: {
    about: 'checkouts beside bare writes of the same rows',
    measure: (bench) =>
      inMarketplace(bench, (marketplace) =>
        measureCheckouts({ marketplace, database: bench.database }),
      ),
  },
  search: { about: 'search in 10,000 and 100,000 products', measure: measureSearch },
  import: {
    about: 'a catalogue of 10,000 products',
    measure: (bench) => inMarketplace(bench, measureImport),
  },
  growth: {
    about: 'a checkout after 1,000 to 100,000 orders',
    isLong: true,
    measure: (bench) =>
      inMarketplace(bench, (marketplace) =>
        measureGrowth({ marketplace, database: bench.database }),
      ),
  },
};

/** A fresh process on the filled shop, which has done nothing else. */
async function inMarketplace(
  { database, filesDir }: Bench,
  measure: (marketplace: Child) => Promise<Row[]>,
): Promise<Row[]> {
  const settings = { admin: database.admin, filesDir, soleProcess: true };
  const marketplace = await startChild('marketplace', { ...settings, seeds: false });
  const rows = await measure(marketplace);
  await marketplace.stop();
  return rows;
}

/** Fills the shop that every topic then finds. */
export async function fillShop({ database, filesDir }: Bench): Promise<void> {
  const settings = { admin: database.admin, filesDir, soleProcess: true };
  const marketplace = await startChild('marketplace', { ...settings, seeds: true });
  await marketplace.stop();
}
