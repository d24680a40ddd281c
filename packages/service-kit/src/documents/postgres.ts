import { assert, type VendorId } from '@mkt/kernel';
import type { Database, Row } from '../db/database.ts';
import { type Scope, vendorOf } from '../db/scope.ts';
import type { Meter } from '../telemetry/meter.ts';
import type {
  CollectionSpec,
  Documents,
  FieldValue,
  Find,
  ReadAt,
  Stored,
  Write,
} from './documents.ts';

const identifier = /^[a-z][a-z0-9_]*$/;
const maxLimit = 500;
const casts = { text: '', number: '::numeric', boolean: '::boolean' } as const;

/**
 * Documents as JSONB rows. The service's migration makes the table
 * `(id uuid PRIMARY KEY, vendor_id uuid, version int, body jsonb, updated_at timestamptz)` with a
 * generated column `field text GENERATED ALWAYS AS (body->>'field') STORED` for each declared field,
 * isolates it and indexes these columns. An expression would not do: under row-level security only
 * a comparison of plain columns is known to leak nothing, and so may use an index.
 */
export function createPostgresDocuments<Body>(
  db: Database,
  spec: CollectionSpec,
  meter: Meter,
): Documents<Body> {
  for (const name of [spec.name, ...Object.keys(spec.fields)]) {
    assert(identifier.test(name), `${name} is not a name of a collection or field`);
  }
  const columns = 'id, vendor_id, version, body';

  function read<T>(at: ReadAt, work: (query: Reader) => Promise<T>): Promise<T> {
    const scope = scopeOf(at);
    meter.add('documents.operations', 1, vendorOf(scope));
    if ('query' in at) return work((sql, params) => at.query(sql, params));
    // The platform needs no transaction to be scoped: one round trip instead of three.
    return scope.kind === 'platform'
      ? work((sql, params) => db.query(sql, params))
      : db.transaction(scope, (tx) => work((sql, params) => tx.query(sql, params)));
  }

  function conditions({ where, vendorId }: Pick<Find, 'where' | 'vendorId'>, params: unknown[]) {
    const parts = Object.entries(where ?? {}).map(([field, wanted]) => {
      const type = spec.fields[field];
      assert(type, `${spec.name} has no declared field ${field}`);
      const values: readonly FieldValue[] = Array.isArray(wanted) ? wanted : [wanted as FieldValue];
      params.push(type === 'text' ? values.map(String) : values);
      return `${field}${casts[type]} = ANY($${params.length})`;
    });
    if (vendorId !== undefined) {
      params.push(vendorId);
      parts.push(`vendor_id = $${params.length}`);
    }
    return parts;
  }

  return {
    async get(at, id) {
      const [row] = await read(at, (query) =>
        query(`SELECT ${columns} FROM ${spec.name} WHERE id = $1`, [id]),
      );
      return row ? storedOf<Body>(row) : undefined;
    },
    async getMany(at, ids) {
      assert(ids.length <= 5_000, 'At most 5,000 documents at once');
      if (ids.length === 0) return [];
      const rows = await read(at, (query) =>
        query(`SELECT ${columns} FROM ${spec.name} WHERE id = ANY($1)`, [ids]),
      );
      return rows.map(storedOf<Body>);
    },
    async find(at, { after, descending, limit, ...filter }) {
      assert(limit >= 1 && limit <= maxLimit, `A page holds 1 to ${maxLimit} documents`);
      const params: unknown[] = [];
      const parts = conditions(filter, params);
      if (after !== undefined) {
        params.push(after);
        parts.push(`id ${descending ? '<' : '>'} $${params.length}`);
      }
      params.push(limit);
      const sql = `SELECT ${columns} FROM ${spec.name}
        ${parts.length > 0 ? `WHERE ${parts.join(' AND ')}` : ''}
        ORDER BY id ${descending ? 'DESC' : 'ASC'} LIMIT $${params.length}`;
      return (await read(at, (query) => query(sql, params))).map(storedOf<Body>);
    },
    async count(at, filter) {
      const params: unknown[] = [];
      const parts = conditions(filter, params);
      const sql = `SELECT count(*) AS total FROM ${spec.name}
        ${parts.length > 0 ? `WHERE ${parts.join(' AND ')}` : ''}`;
      const [row] = await read(at, (query) => query(sql, params));
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
    async putMany(tx, writes) {
      assert(writes.length <= maxLimit, `At most ${maxLimit} writes at once`);
      const ids = new Set(writes.map((write) => write.id));
      assert(ids.size === writes.length, 'Each document is written once');
      meter.add('documents.operations', writes.length, vendorOf(tx.scope));
      const fresh = writes.filter((write) => write.expectedVersion === 0);
      const known = writes.filter((write) => write.expectedVersion > 0);
      const written: Row[] = [];
      if (fresh.length > 0) {
        const sql = `INSERT INTO ${spec.name} (id, vendor_id, version, body)
           SELECT d.id, d.vendor_id, 1, d.body FROM ${documentSet} ORDER BY d.id
           ON CONFLICT (id) DO NOTHING RETURNING id`;
        written.push(...(await tx.query(sql, [rowsOf(fresh)])));
      }
      if (known.length > 0) {
        // Locked in the order of their ids: two batches over the same documents cannot deadlock.
        const sql = `WITH locked AS MATERIALIZED (
             SELECT p.id FROM ${spec.name} p JOIN ${documentSet} ON d.id = p.id
             WHERE p.version = d.version ORDER BY p.id FOR UPDATE OF p)
           UPDATE ${spec.name} p SET body = d.body, version = p.version + 1, updated_at = now()
           FROM ${documentSet} JOIN locked USING (id)
           WHERE p.id = d.id AND p.vendor_id = d.vendor_id AND p.version = d.version
           RETURNING p.id`;
        written.push(...(await tx.query(sql, [rowsOf(known)])));
      }
      for (const { id } of written) ids.delete(id as string);
      if (ids.size === 0)
        for (const { events } of writes) for (const event of events) tx.emit(event);
      return [...ids];
    },
  };
}

type Reader = (sql: string, params: readonly unknown[]) => Promise<Row[]>;

const documentSet =
  'jsonb_to_recordset($1::jsonb) AS d(id uuid, vendor_id uuid, version int, body jsonb)';

function rowsOf<Body>(writes: readonly Write<Body>[]): string {
  return JSON.stringify(
    writes.map(({ id, vendorId, expectedVersion, body }) => ({
      id,
      vendor_id: vendorId,
      version: expectedVersion,
      body,
    })),
  );
}

function scopeOf(at: ReadAt): Scope {
  return 'query' in at ? at.scope : at;
}

function storedOf<Body>(row: Row): Stored<Body> {
  return {
    id: row.id as string,
    vendorId: row.vendor_id as VendorId,
    version: row.version as number,
    body: row.body as Body,
  };
}
