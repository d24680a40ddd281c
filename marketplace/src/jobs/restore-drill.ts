import { readFile } from 'node:fs/promises';
import { verifyBooks } from '@mkt/payout';
import {
  type ClientConfig,
  connectDatabase,
  createDatabase,
  createMeter,
  type PoolConfig,
  parseDatabaseUrl,
  platformRoleOf,
  readConfig,
  vendorRoleOf,
} from '@mkt/service-kit';
import { jobSchemas } from '../settings/jobs.ts';
import { type Job, JobFailure, type JobReport } from './job.ts';
import { type DumpRows, differences, type Rows, readDumpRows, rowsOf } from './rows.ts';

const hourMs = 3_600_000;
/** There is a dump every night. */
const oldestHours = 26;
const shownDifferences = 20;

/**
 * A dump is worth what can be restored from it. Of one that was restored into a server of its own:
 * every row is there, and the books prove themselves from the rows. Only reads.
 */
export const restoreDrill: Job = async ({ env, signal }) => {
  const settings = readConfig(jobSchemas['restore-drill'], env);
  const dump = await readDump(settings.DUMP_ROWS);
  const restored = parseDatabaseUrl(settings.DATABASE_URL);
  const rows = await countRows(restored);
  const wrong = differences(dump.rows, rows);
  if (wrong.length > 0) {
    throw new JobFailure(
      'RESTORE_DIFFERS',
      `The restored database differs in ${wrong.length} tables:\n  ` +
        wrong.slice(0, shownDifferences).join('\n  '),
      'Keep the older dumps, and look into the log of the last one: docs/runbooks/night-work.md',
    );
  }
  signal.throwIfAborted();
  const books = await proveBooks(restored);
  const ageMs = Date.now() - dump.dumpedAt.getTime();
  if (ageMs > oldestHours * hourMs) {
    throw new JobFailure(
      'DUMP_TOO_OLD',
      `The newest dump is whole, but it is of ${dump.dumpedAt.toISOString()}.`,
      'Look why there is no newer one: docs/runbooks/night-work.md',
    );
  }
  const sum = [...rows.values()].reduce((total, one) => total + one, 0);
  return { dumpedAt: dump.dumpedAt.toISOString(), tables: rows.size, rows: sum, ...books };
};

async function readDump(path: string): Promise<DumpRows> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw unreadable(`${path} cannot be read`, { cause: error });
  });
  const dump = readDumpRows(text);
  if (!dump) throw unreadable(`${path} does not say how many rows each table had`);
  return dump;
}

function unreadable(what: string, options?: { cause: unknown }): JobFailure {
  const next = 'The dump writes it beside itself: look into the log of the last dump.';
  return new JobFailure('DUMP_ROWS_UNREADABLE', `${what}.`, next, options);
}

async function countRows(restored: ClientConfig): Promise<Rows> {
  const client = await connectDatabase(restored);
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    return await rowsOf(client);
  } finally {
    await client.end();
  }
}

/** As the service itself does, with the role and the policies that were restored. */
async function proveBooks(restored: ClientConfig): Promise<JobReport> {
  const { user: _, connectionString: __, ...connection } = restored;
  const db = createDatabase({
    connection: connection as PoolConfig,
    platformRole: { user: platformRoleOf('payout') },
    vendorRole: { user: vendorRoleOf('payout') },
    pool: { platform: 1, vendor: 1 },
    meter: createMeter(),
    acquireTimeoutMs: 10_000,
    idleTimeoutMs: 10_000,
  });
  try {
    const { ok, checked, violations } = await verifyBooks(db);
    if (ok) return checked;
    const [first] = violations;
    throw new JobFailure(
      'BOOKS_WRONG',
      `${violations.length} findings in the restored books; the first: ` +
        `${first?.code} of ${first?.subject}. ${first?.detail}`,
      'Ask the running ledger the same: mkt ledger verify',
    );
  } finally {
    await db.close();
  }
}
