import type { BackendOptions, SuiteDatabase } from '../tests/support/backend.ts';
import { measureAlone } from './alone.ts';
import { measureCheckouts } from './checkouts.ts';
import { type Child, startChild } from './child.ts';
import { measureGrowth } from './growth.ts';
import { measureImport } from './import.ts';
import { measureAfterCheckouts, measureIdle } from './memory.ts';
import { measureFairness, measureOverload } from './overload.ts';
import { measureReads } from './reads.ts';
import type { Row } from './report.ts';
import { measureRoundTrips } from './round-trips.ts';
import { measureSearch } from './search.ts';
import { measureSimulation } from './simulate.ts';
import { measureSoak } from './soak.ts';
import { measureStarts } from './start.ts';

/** What topics share: one filled shop, and processes that sell in it. */
export interface Bench {
  readonly database: SuiteDatabase;
  readonly filesDir: string;
  readonly checkouts: number;
  /** How long the soak takes. */
  readonly minutes: number;
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
  alone: {
    about: 'memory of each service in a process of its own',
    isLong: true,
    measure: ({ database, filesDir }) => measureAlone(database, filesDir),
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
  simulate: { about: 'a simulated month of ten million requests', measure: measureSimulation },
  overload: {
    about: 'three times as much as it can take, and a vendor beside a greedy one',
    measure: async (bench) => [
      ...(await inMarketplace(bench, measureOverload)),
      ...(await inMarketplace(bench, measureFairness, vendorLimits)),
    ],
  },
  soak: {
    about: 'mixed load for minutes: what grows, and what waits',
    isLong: true,
    measure: (bench) =>
      inMarketplace(bench, (marketplace) => measureSoak(marketplace, bench.minutes)),
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

/** What an installation gives each vendor; everything else is measured without limits. */
const vendorLimits = {
  client: { name: 'client', perSecond: 1e6, burst: 1e6 },
  vendor: { name: 'vendor', perSecond: 50, burst: 100 },
};

/** A fresh process on the filled shop, which has done nothing else. */
async function inMarketplace(
  { database, filesDir }: Bench,
  measure: (marketplace: Child) => Promise<Row[]>,
  limits?: BackendOptions['limits'],
): Promise<Row[]> {
  const settings = { admin: database.admin, filesDir, soleProcess: true, limits };
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
