import type { UserId, VendorId } from '@mkt/kernel';
import type { Tx } from '@mkt/service-kit';
import {
  countedStatuses,
  type Entry,
  type Policy,
  type Shown,
  type StatedRequirement,
} from '../domain/checklist.ts';
import type { Sql } from './sql.ts';

export interface StoredPolicy extends Policy {
  readonly version: number;
}

interface PolicyRow {
  readonly [column: string]: unknown;
  readonly required: StatedRequirement[];
  readonly terms_version: string;
  readonly minimum_products: number;
  readonly version: number;
}

function policyOf(row: PolicyRow): StoredPolicy {
  return {
    required: row.required,
    termsVersion: row.terms_version,
    minimumProducts: row.minimum_products,
    version: row.version,
  };
}

const policyColumns = 'required, terms_version, minimum_products, version';

export async function readPolicy(sql: Sql): Promise<StoredPolicy> {
  const [row] = await sql.query<PolicyRow>(`SELECT ${policyColumns} FROM requirements`);
  return policyOf(row as PolicyRow);
}

/** Undefined where the policy has another version meanwhile. */
export async function replacePolicy(
  tx: Tx,
  policy: Policy,
  ifMatch: number,
): Promise<StoredPolicy | undefined> {
  const [row] = await tx.query<PolicyRow>(
    `UPDATE requirements SET required = $1, terms_version = $2, minimum_products = $3,
       version = version + 1
     WHERE version = $4 RETURNING ${policyColumns}`,
    [policy.required, policy.termsVersion, policy.minimumProducts, ifMatch],
  );
  return row ? policyOf(row) : undefined;
}

export async function readEntries(
  sql: Sql,
  vendorId: VendorId,
): Promise<Map<StatedRequirement, Entry>> {
  const rows = await sql.query<{ requirement: StatedRequirement; shown: Shown; stated_at: Date }>(
    'SELECT requirement, shown, stated_at FROM checklist_entries WHERE vendor_id = $1',
    [vendorId],
  );
  return new Map(
    rows.map((row) => [row.requirement, { shown: row.shown, statedAt: row.stated_at }]),
  );
}

export interface Statement {
  readonly requirement: StatedRequirement;
  readonly shown: Shown;
  readonly sealed: string | null;
  readonly by: UserId;
  readonly at: Date;
}

/** The last statement counts. */
export async function saveEntry(tx: Tx, vendorId: VendorId, made: Statement): Promise<void> {
  await tx.query(
    `INSERT INTO checklist_entries (vendor_id, requirement, shown, sealed, stated_by, stated_at)
     VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (vendor_id, requirement) DO UPDATE SET shown = excluded.shown,
       sealed = excluded.sealed, stated_by = excluded.stated_by, stated_at = excluded.stated_at`,
    [vendorId, made.requirement, JSON.stringify(made.shown), made.sealed, made.by, made.at],
  );
}

export async function countProducts(sql: Sql, vendorId: VendorId): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM vendor_products
     WHERE vendor_id = $1 AND status = ANY ($2::text[])`,
    [vendorId, countedStatuses],
  );
  return row?.count ?? 0;
}

/** Events of one product come in any order: an older one changes nothing. */
export async function noteProduct(
  tx: Tx,
  product: { productId: string; vendorId: VendorId; version: number; status: string },
): Promise<void> {
  await tx.query(
    `INSERT INTO vendor_products (product_id, vendor_id, version, status) VALUES ($1, $2, $3, $4)
     ON CONFLICT (product_id) DO UPDATE SET version = excluded.version, status = excluded.status
     WHERE vendor_products.version < excluded.version`,
    [product.productId, product.vendorId, product.version, product.status],
  );
}
