import { type VendorId, assert } from '@mkt/kernel';
import type { Database, Row } from '../db/database.ts';
import { type Scope, vendorOf } from '../db/scope.ts';
import type { Meter } from '../telemetry/meter.ts';
import type { CollectionSpec, Documents, FieldValue, Find, Stored } from './documents.ts';

const identifier = /^[a-z][a-z0-9_]*$/;
const maxLimit = 500;
const casts = { text: '', number: '::numeric', boolean: '::boolean' } as const;

/**
 * Documents as JSONB rows. The service's migration makes the table
 * `(id uuid PRIMARY KEY, vendor_id uuid, version int, body jsonb, updated_at timestamptz)`, isolates
 * it, and indexes the declared fields as `(body->>'field')`.
 */
export function createPostgresDocuments<Body>(
  db: Database,
  spec: CollectionSpec,
  meter: Meter,
): Documents<Body> {
  assert(identifier.test(spec.name), `${spec.name} is not a collection name`);

  function read<T>(scope: Scope, work: (query: Reader) => Promise<T>): Promise<T> {
    meter.add('documents.operations', 1, vendorOf(scope));
    // The platform needs no transaction to be scoped: one round trip instead of three.
    return scope.kind === 'platform'
      ? work((sql, params) => db.query(sql, params))
      : db.transaction(scope, (tx) => work((sql, params) => tx.query(sql, params)));
  }

  function conditions(where: Find['where'], params: unknown[]): string[] {
    return Object.entries(where ?? {}).map(([field, wanted]) => {
      const type = spec.fields[field];
      assert(type, `${spec.name} has no declared field ${field}`);
      const values: readonly FieldValue[] = Array.isArray(wanted) ? wanted : [wanted as FieldValue];
      params.push(type === 'text' ? values.map(String) : values);
      return `(body->>'${field}')${casts[type]} = ANY($${params.length})`;
    });
  }

  return {
    async get(scope, id) {
      const [row] = await read(scope, (query) =>
        query(`SELECT id, vendor_id, version, body FROM ${spec.name} WHERE id = $1`, [id]),
      );
      return row ? storedOf<Body>(row) : undefined;
    },
    async getMany(scope, ids) {
      assert(ids.length <= 5_000, 'At most 5,000 documents at once');
      if (ids.length === 0) return [];
      const rows = await read(scope, (query) =>
        query(`SELECT id, vendor_id, version, body FROM ${spec.name} WHERE id = ANY($1)`, [ids]),
      );
      return rows.map(storedOf<Body>);
    },
    async find(scope, { where, after, descending, limit }) {
      assert(limit >= 1 && limit <= maxLimit, `A page holds 1 to ${maxLimit} documents`);
      const params: unknown[] = [];
      const parts = conditions(where, params);
      if (after !== undefined) {
        params.push(after);
        parts.push(`id ${descending ? '<' : '>'} $${params.length}`);
      }
      params.push(limit);
      const sql = `SELECT id, vendor_id, version, body FROM ${spec.name}
        ${parts.length > 0 ? `WHERE ${parts.join(' AND ')}` : ''}
        ORDER BY id ${descending ? 'DESC' : 'ASC'} LIMIT $${params.length}`;
      return (await read(scope, (query) => query(sql, params))).map(storedOf<Body>);
    },
    async count(scope, where) {
      const params: unknown[] = [];
      const parts = conditions(where, params);
      const sql = `SELECT count(*) AS total FROM ${spec.name}
        ${parts.length > 0 ? `WHERE ${parts.join(' AND ')}` : ''}`;
      const [row] = await read(scope, (query) => query(sql, params));
      return Number(row?.total ?? 0);
    },
    async put(tx, document, expectedVersion, events) {
      meter.add('documents.operations', 1, vendorOf(tx.scope));
      const params = [document.id, document.vendorId, JSON.stringify(document.body)];
      const written =
        expectedVersion === 0
          ? await tx.query(
              `INSERT INTO ${spec.name} (id, vendor_id, version, body)
               VALUES ($1, $2, 1, $3) ON CONFLICT (id) DO NOTHING RETURNING version`,
              params,
            )
          : await tx.query(
              `UPDATE ${spec.name} SET body = $3, version = version + 1, updated_at = now()
               WHERE id = $1 AND vendor_id = $2 AND version = $4 RETURNING version`,
              [...params, expectedVersion],
            );
      const version = written[0]?.version as number | undefined;
      if (version !== undefined) for (const event of events) tx.emit(event);
      return version;
    },
  };
}

type Reader = (sql: string, params: readonly unknown[]) => Promise<Row[]>;

function storedOf<Body>(row: Row): Stored<Body> {
  return {
    id: row.id as string,
    vendorId: row.vendor_id as VendorId,
    version: row.version as number,
    body: row.body as Body,
  };
}
