import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert } from '@mkt/kernel';
import pg from 'pg';
import { StartError } from '../start-error.ts';

/** One SQL file: a step of a schema. */
export interface SchemaStep {
  /** Without `.sql`; steps that every service has are named `kit/…`. */
  readonly name: string;
  /**
   * It takes away what older code uses: from it on the schema works for code that knows this step.
   * Written in the file's first line: `-- contract after 0006_names_split`.
   */
  readonly contractAfter?: string;
}

/** Where the steps of each schema come from, and where it is noted which are done. */
export const stepTracks = {
  kit: { prefix: 'kit/', table: 'kit_migrations' },
  own: { prefix: '', table: 'migrations' },
} as const;

export const kitMigrations = fileURLToPath(new URL('../../migrations', import.meta.url));

/** All steps that this code knows of a service's schema. */
export async function readSteps(migrationsDir: string): Promise<SchemaStep[]> {
  const [kit, own] = await Promise.all([
    readFolder(kitMigrations, stepTracks.kit.prefix),
    readFolder(migrationsDir, stepTracks.own.prefix),
  ]);
  return [...kit, ...own];
}

async function readFolder(dir: string, prefix: string): Promise<SchemaStep[]> {
  const files = (await readdir(dir)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    files.map(async (file) => {
      const after = contractAfterOf(await readFile(join(dir, file), 'utf8'));
      const name = prefix + file.slice(0, -'.sql'.length);
      assert(
        !after || files.includes(`${after}.sql`),
        `${name} names ${after}, which is not there`,
      );
      return after ? { name, contractAfter: prefix + after } : { name };
    }),
  );
}

export function contractAfterOf(sql: string): string | undefined {
  return /^-- contract after (\d{4}_\w+)$/.exec(sql.split('\n', 1)[0] ?? '')?.[1];
}

/** What a database says of one schema. */
interface StoredSteps {
  readonly applied: ReadonlySet<string>;
  /** Steps that were taken away from older code, with what code must know since. */
  readonly contracts: readonly { readonly step: string; readonly needs: string }[];
}

async function readStored(client: Queryable, service: string): Promise<StoredSteps> {
  const applied = new Set<string>();
  for (const { prefix, table } of Object.values(stepTracks)) {
    const name = `${pg.escapeIdentifier(service)}.${table}`;
    if (!(await exists(client, name))) continue;
    const { rows } = await client.query(`SELECT name FROM ${name}`);
    for (const row of rows) applied.add(prefix + row.name);
  }
  const contracts = (await exists(client, 'mkt.schema_contracts'))
    ? await client.query('SELECT step, needs FROM mkt.schema_contracts WHERE service = $1', [
        service,
      ])
    : { rows: [] };
  return { applied, contracts: contracts.rows };
}

type Queryable = Pick<pg.Client, 'query'>;

async function exists(client: Queryable, table: string): Promise<boolean> {
  const { rows } = await client.query('SELECT to_regclass($1) AS name', [table]);
  return rows[0]?.name !== null;
}

/** How the schema in the database stands to the code that wants to use it. */
export interface SchemaStanding {
  /** Steps that are still to be done. */
  readonly pending: readonly SchemaStep[];
  /** Steps that newer code has done. They only add, so this code goes on. */
  readonly newer: readonly string[];
  /** Nobody has ever used the schema. */
  readonly isNew: boolean;
}

/** Refuses a schema that newer code has taken away from this one, and says how it stands else. */
export async function standingOf(
  client: Queryable,
  service: string,
  steps: readonly SchemaStep[],
): Promise<SchemaStanding> {
  const { applied, contracts } = await readStored(client, service);
  const known = new Set(steps.map(({ name }) => name));
  const missed = contracts.find(({ needs }) => !known.has(needs));
  if (missed) {
    throw new StartError(
      'SCHEMA_CONTRACTED',
      `The schema of ${service} is too new for this version: since ${missed.step} it needs code ` +
        `that knows ${missed.needs}.`,
      'Start a version that has that migration. A backup from before is the only way back.',
    );
  }
  return {
    pending: steps.filter(({ name }) => !applied.has(name)),
    newer: [...applied].filter((name) => !known.has(name)),
    isNew: applied.size === 0,
  };
}

/**
 * Refuses to take away in one go with what made it superfluous: processes of the version before,
 * which may run now, still use it.
 */
export function refuseHaste(service: string, { pending, isNew }: SchemaStanding): void {
  if (isNew) return;
  const names = new Set(pending.map(({ name }) => name));
  const hasty = pending.find(({ contractAfter }) => contractAfter && names.has(contractAfter));
  if (!hasty) return;
  throw new StartError(
    'MIGRATION_HASTY',
    `${hasty.name} of ${service} takes away what versions before ${hasty.contractAfter} use, and ` +
      'processes of such a version may run.',
    `Deploy a version whose last migration is ${hasty.contractAfter} first; or stop every process ` +
      `of ${service} and start one with SOLE_PROCESS=true.`,
  );
}

/** For processes that do not migrate: refuses a schema that lacks what this code uses. */
export async function refuseUnfitSchema(
  client: Queryable,
  service: string,
  migrationsDir: string,
): Promise<void> {
  const { pending } = await standingOf(client, service, await readSteps(migrationsDir));
  if (pending.length === 0) return;
  throw new StartError(
    'SCHEMA_BEHIND',
    `The schema of ${service} lacks ${pending.map(({ name }) => name).join(', ')}.`,
    'Migrate first: start a process of this version with MIGRATE=true.',
  );
}

/** Noted before they are done, so that no older process starts on what is about to go. */
export async function noteContracts(
  client: Queryable,
  service: string,
  pending: readonly SchemaStep[],
): Promise<void> {
  for (const { name, contractAfter } of pending) {
    if (contractAfter === undefined) continue;
    await client.query(
      `INSERT INTO mkt.schema_contracts (service, step, needs) VALUES ($1, $2, $3)
       ON CONFLICT (service, step) DO UPDATE SET needs = excluded.needs`,
      [service, name, contractAfter],
    );
  }
}

/** Takes the note back where a migration failed and was rolled back. */
export async function forgetContracts(
  client: Queryable,
  service: string,
  pending: readonly SchemaStep[],
): Promise<void> {
  await client.query('DELETE FROM mkt.schema_contracts WHERE service = $1 AND step = ANY($2)', [
    service,
    pending.map(({ name }) => name),
  ]);
}
