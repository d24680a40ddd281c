import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import { StartError } from '../start-error.ts';
import { connectDatabase } from './connect.ts';
import { refuseUnsafeRoles } from './role-safety.ts';
import {
  forgetContracts,
  kitMigrations,
  noteContracts,
  readSteps,
  refuseHaste,
  type SchemaStanding,
  standingOf,
  stepTracks,
} from './schema-steps.ts';

/** A service's own SQL files, applied in the order of their names. */
export interface MigrationSource {
  readonly service: string;
  readonly migrationsDir: string;
  /** Other processes, perhaps of the version before, may be using the schema now. */
  readonly mayRunElsewhere?: boolean;
}

/** A migration of an earlier start that failed and was rolled back, and has been tried again. */
export interface EarlierFailure {
  readonly service: string;
  readonly reason: string;
  readonly failedAt: Date;
}

/** A schema in which newer code has done steps that this code does not know. */
export interface NewerSchema {
  readonly service: string;
  readonly steps: readonly string[];
}

export interface Migrated {
  readonly migrated: string[];
  readonly afterFailure: EarlierFailure[];
  /** Left as they are: a newer version of the code looks after them. */
  readonly newer: NewerSchema[];
}

/** Gives the password of a role, or undefined where the server trusts local connections. */
export type RolePassword = (role: string) => string | undefined;

const databaseSql = fileURLToPath(new URL('../../database.sql', import.meta.url));

export function platformRoleOf(service: string): string {
  return `mkt_${service}`;
}

export function vendorRoleOf(service: string): string {
  return `mkt_${service}_vendor`;
}

/**
 * Makes schemas, roles and tables of the services as they should be. Safe to repeat and to run from
 * several processes at once; a migration that fails rolls back alone, is named in the error, and is
 * spoken of at the next start.
 */
export async function migrateAll(
  admin: pg.ClientConfig,
  sources: readonly MigrationSource[],
  rolePassword: RolePassword,
): Promise<Migrated> {
  const client = await connectDatabase(admin);
  try {
    // One migrating process at a time; the lock ends with the connection, however that ends.
    await client.query('SELECT pg_advisory_lock(61407511)');
    return await migrateLocked(client, sources, rolePassword);
  } finally {
    await client.end();
  }
}

/** Both roles of each service. */
export function rolesOf(services: readonly string[]): string[] {
  return services.flatMap((service) => [platformRoleOf(service), vendorRoleOf(service)]);
}

async function migrateLocked(
  client: pg.Client,
  sources: readonly MigrationSource[],
  rolePassword: RolePassword,
): Promise<Migrated> {
  await refuseUnsafeRoles(client, rolesOf(sources.map(({ service }) => service)));
  const plans = await Promise.all(
    sources.map(async (source) => ({
      source,
      checksum: await checksumOf(source, rolePassword(platformRoleOf(source.service))),
    })),
  );
  const known = await readState(client);
  const stale = plans.filter((plan) => known.get(plan.source.service) !== plan.checksum);
  const compared: Compared[] = [];
  for (const plan of stale) compared.push(await compare(client, plan));
  const todo = compared.filter((plan) => !isNewer(plan.standing));
  const newer = compared
    .filter((plan) => isNewer(plan.standing))
    .map(({ source, standing }) => ({ service: source.service, steps: standing.newer }));
  if (todo.length === 0) return { migrated: [], afterFailure: [], newer };
  await refuseWithoutRights(client);
  await client.query(await readFile(databaseSql, 'utf8'));
  const afterFailure = await readFailures(
    client,
    todo.map((plan) => plan.source.service),
  );
  for (const { source, checksum, standing } of todo) {
    await ensureSchema(client, source.service, rolePassword);
    await runAll(client, source, standing);
    await client.query(
      `WITH settled AS (DELETE FROM mkt.migration_failures WHERE service = $1)
       INSERT INTO mkt.schema_state (service, checksum) VALUES ($1, $2)
       ON CONFLICT (service) DO UPDATE SET checksum = excluded.checksum, migrated_at = now()`,
      [source.service, checksum],
    );
  }
  return { migrated: todo.map((plan) => plan.source.service), afterFailure, newer };
}

interface Plan {
  readonly source: MigrationSource;
  readonly checksum: string;
}

type Compared = Plan & { readonly standing: SchemaStanding };

async function compare(client: pg.Client, plan: Plan): Promise<Compared> {
  const { service, migrationsDir, mayRunElsewhere } = plan.source;
  const standing = await standingOf(client, service, await readSteps(migrationsDir));
  if (mayRunElsewhere) refuseHaste(service, standing);
  return { ...plan, standing };
}

/** Everything of ours is there, and more: what looks after it is the newer code. */
const isNewer = ({ pending, newer }: SchemaStanding): boolean =>
  pending.length === 0 && newer.length > 0;

/** Said before anything is changed, where a statement in the middle would be refused. */
async function refuseWithoutRights(client: pg.Client): Promise<void> {
  const { rows } = await client.query(
    `SELECT rolname AS name, rolsuper OR rolcreaterole AS may FROM pg_roles
     WHERE rolname = current_user`,
  );
  if (rows[0]?.may) return;
  throw new StartError(
    'DATABASE_RIGHTS_MISSING',
    `The user ${rows[0]?.name} of DATABASE_URL may not create the services' roles.`,
    `As an administrator: ALTER ROLE ${rows[0]?.name} CREATEROLE; or name another user.`,
  );
}

async function readFailures(
  client: pg.Client,
  services: readonly string[],
): Promise<EarlierFailure[]> {
  const { rows } = await client.query(
    `SELECT service, reason, failed_at AS "failedAt" FROM mkt.migration_failures
     WHERE service = ANY($1) ORDER BY service`,
    [services],
  );
  return rows;
}

async function readState(client: pg.Client): Promise<Map<string, string>> {
  const exists = await client.query(`SELECT to_regclass('mkt.schema_state') AS name`);
  if (!exists.rows[0]?.name) return new Map();
  const state = await client.query('SELECT service, checksum FROM mkt.schema_state');
  return new Map(state.rows.map((row) => [row.service, row.checksum]));
}

/** Changes whenever any SQL file does, the kit's included, or the roles' password. */
async function checksumOf(source: MigrationSource, password: string | undefined): Promise<string> {
  const hash = createHash('sha256');
  if (password !== undefined) hash.update(createHash('sha256').update(password).digest());
  hash.update(await readFile(databaseSql));
  for (const dir of [kitMigrations, source.migrationsDir]) {
    for (const file of (await readdir(dir)).filter((name) => name.endsWith('.sql')).sort()) {
      hash.update(file).update(await readFile(join(dir, file)));
    }
  }
  return hash.digest('hex');
}

async function ensureSchema(
  client: pg.Client,
  service: string,
  rolePassword: RolePassword,
): Promise<void> {
  const schema = pg.escapeIdentifier(service);
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
  for (const name of [platformRoleOf(service), vendorRoleOf(service)]) {
    const role = pg.escapeIdentifier(name);
    const exists = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name]);
    if (exists.rowCount === 0) await client.query(`CREATE ROLE ${role}`);
    const password = rolePassword(name);
    const secret = password === undefined ? '' : ` PASSWORD ${pg.escapeLiteral(password)}`;
    // A new role has no other right, and taking one away needs an administrator who has it.
    await client.query(`ALTER ROLE ${role} LOGIN${secret}`);
    await client.query(`ALTER ROLE ${role} SET search_path = ${schema}`);
    await client.query(`ALTER ROLE ${role} SET statement_timeout = '15s'`);
    await client.query(`ALTER ROLE ${role} SET lock_timeout = '10s'`);
    await client.query(`ALTER ROLE ${role} SET idle_in_transaction_session_timeout = '20s'`);
    await client.query(`GRANT USAGE ON SCHEMA ${schema}, mkt TO ${role}`);
  }
  const platform = pg.escapeIdentifier(platformRoleOf(service));
  const both = `${platform}, ${pg.escapeIdentifier(vendorRoleOf(service))}`;
  // Granted at creation, so that a migration can take a right away again (an immutable ledger).
  await client.query(
    `ALTER DEFAULT PRIVILEGES IN SCHEMA ${schema}
     GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${platform}`,
  );
  await client.query(
    `ALTER DEFAULT PRIVILEGES IN SCHEMA ${schema} GRANT USAGE ON SEQUENCES TO ${both}`,
  );
}

async function runAll(
  client: pg.Client,
  { service, migrationsDir }: MigrationSource,
  { pending }: SchemaStanding,
): Promise<void> {
  await noteContracts(client, service, pending);
  try {
    await runMigrations(client, service, kitMigrations, stepTracks.kit.table);
    await runMigrations(client, service, migrationsDir, stepTracks.own.table);
  } catch (error) {
    await forgetContracts(client, service, await stillPending()).catch(() => {});
    throw error;
  }

  async function stillPending(): Promise<SchemaStanding['pending']> {
    const steps = await readSteps(migrationsDir);
    return (await standingOf(client, service, steps)).pending;
  }
}

async function runMigrations(
  client: pg.Client,
  service: string,
  dir: string,
  migrationsTable: string,
): Promise<void> {
  try {
    await runner({
      dbClient: client,
      dir,
      direction: 'up',
      schema: service,
      migrationsSchema: service,
      migrationsTable,
      // Two directories share one schema, and the caller holds the lock.
      checkOrder: false,
      noLock: true,
      ignorePattern: '(?!.*\\.sql$).*',
      logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    });
  } catch (error) {
    const reason = (error as Error).message;
    await client
      // The failed transaction is still open: nothing is stored before it has ended.
      .query('ROLLBACK')
      .then(() =>
        client.query(
          `INSERT INTO mkt.migration_failures (service, reason) VALUES ($1, $2)
         ON CONFLICT (service) DO UPDATE SET reason = excluded.reason, failed_at = now()`,
          [service, reason.slice(0, 1_000)],
        ),
      )
      // Where the connection is what failed, there is nobody to tell.
      .catch(() => {});
    throw new StartError(
      'MIGRATION_FAILED',
      `Migrating the schema of ${service} failed and was rolled back: ${reason}`,
      'Mend the migration (or the data it met) and start again; it goes on with this service.',
      { cause: error },
    );
  }
}
