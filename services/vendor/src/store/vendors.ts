import type { UserId, VendorId } from '@mkt/kernel';
import type { Tx } from '@mkt/service-kit';
import type { Decision, VendorStatus } from '../domain/status.ts';
import type { Sql } from './sql.ts';

export interface VendorRow {
  readonly [column: string]: unknown;
  readonly vendor_id: VendorId;
  readonly name: string;
  readonly slug: string;
  readonly country: string;
  readonly contact_email: string;
  readonly story: string | null;
  readonly status: VendorStatus;
  readonly status_reason: string | null;
  readonly handling_days: number;
  readonly vacation_until: Date | null;
  readonly applied_by: UserId;
  readonly applied_at: Date;
  readonly approved_at: Date | null;
  readonly version: number;
}

export interface NewVendor {
  readonly vendorId: VendorId;
  readonly name: string;
  readonly slug: string;
  readonly country: string;
  readonly contactEmail: string;
  readonly story: string | null;
  readonly appliedBy: UserId;
  readonly appliedAt: Date;
}

/** One application at a time per account, so that the limit holds for rivals as well. */
export async function lockApplicant(tx: Tx, userId: UserId): Promise<number> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [userId]);
  const [row] = await tx.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM vendors WHERE applied_by = $1 AND status = 'applied'`,
    [userId],
  );
  return row?.count ?? 0;
}

/** Undefined where the slug is taken. */
export async function insertVendor(tx: Tx, vendor: NewVendor): Promise<VendorRow | undefined> {
  const rows = await tx.query<VendorRow>(
    `INSERT INTO vendors (vendor_id, name, slug, country, contact_email, story, status,
       applied_by, applied_at)
     VALUES ($1, $2, $3, $4, $5, $6, 'applied', $7, $8)
     ON CONFLICT (slug) DO NOTHING RETURNING *`,
    [
      vendor.vendorId,
      vendor.name,
      vendor.slug,
      vendor.country,
      vendor.contactEmail,
      vendor.story,
      vendor.appliedBy,
      vendor.appliedAt,
    ],
  );
  return rows[0];
}

export async function findVendor(sql: Sql, vendorId: VendorId): Promise<VendorRow | undefined> {
  const rows = await sql.query<VendorRow>('SELECT * FROM vendors WHERE vendor_id = $1', [vendorId]);
  return rows[0];
}

export async function findVendorBySlug(sql: Sql, slug: string): Promise<VendorRow | undefined> {
  const rows = await sql.query<VendorRow>('SELECT * FROM vendors WHERE slug = $1', [slug]);
  return rows[0];
}

/** Changes of a vendor, its staff and its keys happen one after the other. */
export async function lockVendor(tx: Tx, vendorId: VendorId): Promise<VendorRow | undefined> {
  const rows = await tx.query<VendorRow>('SELECT * FROM vendors WHERE vendor_id = $1 FOR UPDATE', [
    vendorId,
  ]);
  return rows[0];
}

export interface StatusChange {
  readonly status: VendorStatus;
  readonly reason: string | null;
  readonly now: Date;
}

export async function setStatus(
  tx: Tx,
  vendorId: VendorId,
  { status, reason, now }: StatusChange,
): Promise<VendorRow> {
  const [row] = await tx.query<VendorRow>(
    `UPDATE vendors SET status = $2, status_reason = $3, version = version + 1,
       approved_at = CASE WHEN $2 = 'approved' THEN coalesce(approved_at, $4) ELSE approved_at END
     WHERE vendor_id = $1 RETURNING *`,
    [vendorId, status, reason, now],
  );
  return row as VendorRow;
}

export interface Settings {
  readonly name: string;
  readonly story: string | null;
  readonly contactEmail: string;
  readonly handlingDays: number;
  readonly vacationUntil: Date | null;
}

export async function saveSettings(
  tx: Tx,
  vendorId: VendorId,
  settings: Settings,
): Promise<VendorRow> {
  const [row] = await tx.query<VendorRow>(
    `UPDATE vendors SET name = $2, story = $3, contact_email = $4, handling_days = $5,
       vacation_until = $6, version = version + 1
     WHERE vendor_id = $1 RETURNING *`,
    [
      vendorId,
      settings.name,
      settings.story,
      settings.contactEmail,
      settings.handlingDays,
      settings.vacationUntil,
    ],
  );
  return row as VendorRow;
}

export interface VendorSearch {
  readonly status: VendorStatus | null;
  readonly after: readonly [string, string] | null;
  readonly limit: number;
}

/** By name; `sort_name` and the id are the key of the next page. */
export function listVendors(
  sql: Sql,
  { status, after, limit }: VendorSearch,
): Promise<(VendorRow & { readonly sort_name: string })[]> {
  return sql.query(
    `SELECT *, lower(name) AS sort_name FROM vendors
     WHERE ($1::text IS NULL OR status = $1)
       AND ($2::text IS NULL OR (lower(name) COLLATE "C", vendor_id) > ($2 COLLATE "C", $3::uuid))
     ORDER BY lower(name) COLLATE "C", vendor_id LIMIT $4`,
    [status, after?.[0] ?? null, after?.[1] ?? null, limit],
  );
}

export interface DecisionRow {
  readonly [column: string]: unknown;
  readonly decision: Decision;
  readonly reason: string | null;
  readonly decided_by: UserId;
  readonly decided_at: Date;
}

export async function insertDecision(
  tx: Tx,
  vendorId: VendorId,
  made: { decisionId: string; decision: Decision; reason: string | null; by: UserId; at: Date },
): Promise<void> {
  await tx.query(
    `INSERT INTO decisions (decision_id, vendor_id, decision, reason, decided_by, decided_at)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [made.decisionId, vendorId, made.decision, made.reason, made.by, made.at],
  );
}

/** The last hundred, newest first. */
export function listDecisions(sql: Sql, vendorId: VendorId): Promise<DecisionRow[]> {
  return sql.query<DecisionRow>(
    `SELECT decision, reason, decided_by, decided_at FROM decisions
     WHERE vendor_id = $1 ORDER BY decision_id DESC LIMIT 100`,
    [vendorId],
  );
}
