import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { createDatabase, type Database } from '../db/database.ts';
import { type MigrationSource, migrateAll, platformRoleOf, vendorRoleOf } from '../db/migrate.ts';
import { createMeter, type Meter } from '../telemetry/meter.ts';

/** A database of one test file's own, on the run's shared server. */
export interface TestDatabase {
  readonly connection: pg.PoolConfig;
  /** The service's own database object, with its two roles. */
  forService(service: string, pool?: { platform: number; vendor: number }, meter?: Meter): Database;
  /** Statements as the administrator, past every policy: to look at what is stored. */
  admin(sql: string, params?: readonly unknown[]): Promise<pg.QueryResult>;
  drop(): Promise<void>;
}

/** `serverUrl` is the shared server's administrator, as vitest's `inject('postgresUrl')` gives it. */
export async function createTestDatabase(
  serverUrl: string,
  sources: readonly MigrationSource[],
): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const server = new pg.Client({ connectionString: serverUrl });
  await server.connect();
  await server.query(`CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  const connection: pg.PoolConfig = {
    host: url.searchParams.get('host') ?? url.hostname,
    port: Number(url.searchParams.get('port') ?? (url.port || 5432)),
    database: name,
  };
  const user = decodeURIComponent(url.username) || 'postgres';
  const password = decodeURIComponent(url.password);
  const adminConfig = { ...connection, user, ...(password ? { password } : {}) };
  await migrateAll(adminConfig as pg.ClientConfig, sources, () =>
    password ? password : undefined,
  );
  const admin = new pg.Pool({ ...adminConfig, max: 2 });
  // Dropping the database ends what still closes; that is no failure of a test.
  admin.on('connect', (client) => client.on('error', () => {}));
  // The pool reports an idle client's end as its own error, which ends the process if unheard.
  admin.on('error', () => {});
  const opened: Database[] = [];

  return {
    connection,
    forService(service, pool = { platform: 6, vendor: 3 }, meter = createMeter()) {
      const secret = password ? { password } : {};
      const database = createDatabase({
        connection,
        platformRole: { user: platformRoleOf(service), ...secret },
        vendorRole: { user: vendorRoleOf(service), ...secret },
        pool,
        meter,
        acquireTimeoutMs: 10_000,
        idleTimeoutMs: 10_000,
      });
      opened.push(database);
      return database;
    },
    admin: (sql, params = []) => admin.query(sql, params as unknown[]),
    async drop() {
      await Promise.all(opened.map((database) => database.close().catch(() => {})));
      await admin.end();
      await server.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await server.end();
    },
  };
}
