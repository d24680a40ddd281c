import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sharedTestPostgres } from '@mkt/embedded-postgres/testing';
import { createSuiteDatabase } from '../tests/support/backend.ts';
import { endChildren } from './child.ts';
import { machineNow, type Report, type Row, reportOf, tableOf } from './report.ts';
import { type Bench, fillShop, topics } from './topics.ts';

const topicList = Object.entries(topics)
  .map(([name, { about, isLong }]) => `  ${name.padEnd(14)} ${about}${isLong ? ' (long)' : ''}`)
  .join('\n');

const help = `npm run bench -- [topic ...] [--json] [--save] [--checkouts N] [--minutes N]

Measures the whole marketplace on this machine and prints one table. Without topics it measures all
but the long ones; "all" measures everything.

${topicList}

  --json         prints the report as JSON instead (shape version 1)
  --save         writes the report to bench/results/latest.json as well
  --checkouts N  buys N times instead of 2,000 before it looks at the memory
  --minutes N    lets the soak take so long instead of 10 minutes`;

interface Options {
  readonly json: boolean;
  readonly save: boolean;
  readonly help: boolean;
  readonly checkouts: number;
  readonly minutes: number;
  readonly topics: readonly string[];
}

function readOptions(): Options {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      save: { type: 'boolean', default: false },
      checkouts: { type: 'string', default: '2000' },
      minutes: { type: 'string', default: '10' },
      help: { type: 'boolean', default: false },
    },
  });
  const checkouts = Number(values.checkouts);
  if (!Number.isInteger(checkouts) || checkouts < 1 || checkouts > 100_000) {
    throw new Error('--checkouts takes a whole number from 1 to 100000');
  }
  const minutes = Number(values.minutes);
  if (!(minutes >= 1 && minutes <= 600)) throw new Error('--minutes takes a number from 1 to 600');
  return { ...values, checkouts, minutes, topics: chosenTopics(positionals) };
}

function chosenTopics(named: readonly string[]): string[] {
  const all = Object.keys(topics);
  if (named.includes('all')) return all;
  const unknown = named.find((name) => !all.includes(name));
  if (unknown !== undefined) {
    throw new Error(`There is no topic "${unknown}"; there are ${all.join(', ')}`);
  }
  return named.length > 0 ? [...named] : all.filter((name) => !topics[name]?.isLong);
}

/** Everything in one run, on stores of its own that are gone afterwards. */
async function measure(options: Options): Promise<Row[]> {
  const server = await sharedTestPostgres();
  const filesDir = await mkdtemp(join(tmpdir(), 'mkt-bench-'));
  try {
    const database = await createSuiteDatabase(server.url);
    try {
      const { checkouts, minutes } = options;
      return await measureTopics({ database, filesDir, checkouts, minutes }, options);
    } finally {
      endChildren();
      await database.drop();
    }
  } finally {
    await server.stop();
    await rm(filesDir, { recursive: true, force: true });
  }
}

async function measureTopics(bench: Bench, { topics: names }: Options): Promise<Row[]> {
  say('filling the shop');
  await fillShop(bench);
  const rows: Row[] = [];
  for (const name of names) {
    say(`${name}: ${topics[name]?.about}`);
    rows.push(...((await topics[name]?.measure(bench)) ?? []));
  }
  return rows;
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
  const rows = await measure(options);
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
