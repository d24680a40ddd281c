import { writeFile } from 'node:fs/promises';
import { sharedTestPostgres } from '@mkt/embedded-postgres/testing';
import { migrateAll } from '@mkt/service-kit';
import pg from 'pg';
import { loadAll } from '../src/load-definition.ts';

/**
 * Writes what all migrations make of an empty database: columns, constraints, indexes, policies,
 * triggers and grants. The file is committed, so a review shows what a migration changes, and a
 * database that is not what the migrations say makes a difference.
 */
const questions = {
  columns: `SELECT table_schema || '.' || table_name || '.' || column_name AS name,
      concat_ws(' ', data_type, CASE is_nullable WHEN 'NO' THEN 'not null' END,
        'default ' || column_default, 'generated ' || nullif(generation_expression, '')) AS shape
    FROM information_schema.columns WHERE table_schema = ANY($1)`,
  constraints: `SELECT n.nspname || '.' || coalesce(r.relname, '') || '.' || c.conname AS name,
      pg_get_constraintdef(c.oid) AS shape
    FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
    LEFT JOIN pg_class r ON r.oid = c.conrelid WHERE n.nspname = ANY($1) AND c.contype <> 'n'`,
  indexes: `SELECT schemaname || '.' || indexname AS name, indexdef AS shape
    FROM pg_indexes WHERE schemaname = ANY($1)`,
  policies: `SELECT schemaname || '.' || tablename || '.' || policyname AS name,
      concat_ws(' ', array_to_string(roles, ','), cmd, qual, with_check) AS shape
    FROM pg_policies WHERE schemaname = ANY($1)`,
  triggers: `SELECT n.nspname || '.' || r.relname || '.' || t.tgname AS name,
      pg_get_triggerdef(t.oid) AS shape
    FROM pg_trigger t JOIN pg_class r ON r.oid = t.tgrelid
    JOIN pg_namespace n ON n.oid = r.relnamespace
    WHERE n.nspname = ANY($1) AND NOT t.tgisinternal`,
  rowSecurity: `SELECT n.nspname || '.' || c.relname AS name,
      CASE WHEN c.relrowsecurity AND c.relforcerowsecurity THEN 'forced' ELSE 'none' END AS shape
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname = ANY($1)`,
  grants: `SELECT table_schema || '.' || table_name || ' to ' || grantee AS name,
      string_agg(privilege_type, ', ' ORDER BY privilege_type) AS shape
    FROM information_schema.role_table_grants
    WHERE table_schema = ANY($1) AND grantee LIKE 'mkt\\_%' GROUP BY 1`,
};

const server = await sharedTestPostgres();
try {
  const url = new URL(server.url);
  const admin = {
    host: url.searchParams.get('host') ?? url.hostname,
    port: Number(url.port || 5432),
    user: decodeURIComponent(url.username) || 'postgres',
    database: decodeURIComponent(url.pathname.slice(1)) || 'postgres',
  };
  const sources = (await loadAll({})).flatMap(({ name: service, migrationsDir }) =>
    migrationsDir ? [{ service, migrationsDir }] : [],
  );
  await migrateAll(admin, sources, () => undefined);
  const client = new pg.Client(admin);
  await client.connect();
  const schemas = sources.map(({ service }) => service);
  const described: Record<string, Record<string, string>> = {};
  for (const [part, sql] of Object.entries(questions)) {
    const { rows } = await client.query(`SELECT * FROM (${sql}) q ORDER BY name COLLATE "C"`, [
      schemas,
    ]);
    described[part] = Object.fromEntries(rows.map(({ name, shape }) => [name, shape]));
  }
  await client.end();
  const file = new URL('../schema.json', import.meta.url);
  await writeFile(file, `${JSON.stringify(described, null, 2)}\n`);
} finally {
  await server.stop();
}
