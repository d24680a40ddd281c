import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sharedTestPostgres } from '@mkt/embedded-postgres/testing';
import { type BackendOptions, createSuiteDatabase } from '../tests/support/backend.ts';
import { endChildren, startChild } from './child.ts';
import { measureAfterCheckouts, measureIdle } from './memory.ts';
import { measureReads } from './reads.ts';
import { machineNow, type Report, type Row, reportOf, tableOf } from './report.ts';
import { measureRoundTrips } from './round-trips.ts';
import { measureStarts } from './start.ts';

const help = `npm run bench -- [--json] [--save] [--checkouts N]

Measures the whole marketplace on this machine and prints one table.

  --json         prints the report as JSON instead (shape version 1)
  --save         writes the report to bench/results/latest.json as well
  --checkouts N  buys N times instead of 2,000 before it looks at the memory`;

/** What a slow machine does not buy in this time it does not buy: the table says how many. */
const buyingMs = 110_000;

interface Options {
  readonly json: boolean;
  readonly save: boolean;
  readonly help: boolean;
  readonly checkouts: number;
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      save: { type: 'boolean', default: false },
      checkouts: { type: 'string', default: '2000' },
      help: { type: 'boolean', default: false },
    },
  });
  const checkouts = Number(values.checkouts);
  if (!Number.isInteger(checkouts) || checkouts < 1 || checkouts > 100_000) {
    throw new Error('--checkouts takes a whole number from 1 to 100000');
  }
  return { ...values, checkouts };
}

/** Everything in one run, on stores of its own that are gone afterwards. */
async function measure(checkouts: number): Promise<Row[]> {
  say('starting twice');
  const starts = await measureStarts();
  const server = await sharedTestPostgres();
  const filesDir = await mkdtemp(join(tmpdir(), 'mkt-bench-'));
  try {
    const database = await createSuiteDatabase(server.url);
    try {
      const { admin } = database;
      const figures = await measureRunning({ admin, filesDir, soleProcess: true }, checkouts);
      return [...figures, ...starts];
    } finally {
      endChildren();
      await database.drop();
    }
  } finally {
    await server.stop();
    await rm(filesDir, { recursive: true, force: true });
  }
}

/** One process fills the shop; the next, which has done nothing else, is looked at. */
async function measureRunning(settings: Omit<BackendOptions, 'faultPoint'>, checkouts: number) {
  say('counting round trips');
  const roundTrips = await measureRoundTrips(settings);
  const marketplace = await startChild('marketplace', { ...settings, seeds: false });
  const idle = await measureIdle(marketplace);
  say(`buying ${checkouts} times`);
  const busy = await measureAfterCheckouts(marketplace, { checkouts, durationMs: buyingMs });
  say('asking for products');
  const reads = await measureReads(marketplace);
  await marketplace.stop();
  return [...idle, ...busy, ...roundTrips, ...reads];
}

/** Progress goes beside the figures, never among them. */
function say(what: string): void {
  process.stderr.write(`bench: ${what}\n`);
}

async function save(report: Report): Promise<void> {
  const folder = new URL('./results/', import.meta.url);
  await mkdir(folder, { recursive: true });
  await writeFile(new URL('latest.json', folder), `${JSON.stringify(report, null, 2)}\n`);
}

async function run(options: Options): Promise<void> {
  const machine = machineNow();
  const takenAt = new Date();
  const startedAt = performance.now();
  const rows = await measure(options.checkouts);
  const report = reportOf(rows, machine, { takenAt, durationMs: performance.now() - startedAt });
  console.log(options.json ? JSON.stringify(report, null, 2) : tableOf(report.rows));
  if (options.save) await save(report);
}

/** Without its processes the run fails where it stands, and cleans up on its way out. */
let interrupted = false;
process.on('SIGINT', () => {
  interrupted = true;
  endChildren();
});

async function main(): Promise<number> {
  let options: Options;
  try {
    options = readOptions();
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${help}`);
    return 2;
  }
  try {
    if (options.help) console.log(help);
    else await run(options);
    return 0;
  } catch (error) {
    endChildren();
    if (!interrupted) console.error('The bench could not run:', error);
    return interrupted ? 130 : 1;
  }
}

process.exitCode = await main();
