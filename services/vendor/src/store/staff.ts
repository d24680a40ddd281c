import type { VendorRole } from '@mkt/contracts';
import type { UserId, VendorId } from '@mkt/kernel';
import type { Tx } from '@mkt/service-kit';
import type { VendorStatus } from '../domain/status.ts';
import type { Sql } from './sql.ts';

export interface StaffRow {
  readonly [column: string]: unknown;
  readonly user_id: UserId;
  readonly role: VendorRole;
  readonly email: string;
  readonly joined_at: Date;
}

export async function roleOf(
  sql: Sql,
  vendorId: VendorId,
  userId: UserId,
): Promise<VendorRole | null> {
  const [row] = await sql.query<{ role: VendorRole }>(
    'SELECT role FROM staff WHERE vendor_id = $1 AND user_id = $2',
    [vendorId, userId],
  );
  return row?.role ?? null;
}

/** False where the person is staff already. */
export async function insertStaff(
  tx: Tx,
  vendorId: VendorId,
  staff: { userId: UserId; role: VendorRole; email: string; joinedAt: Date },
): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO staff (vendor_id, user_id, role, email, joined_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT DO NOTHING RETURNING 1`,
    [vendorId, staff.userId, staff.role, staff.email, staff.joinedAt],
  );
  return rows.length > 0;
}

export function listStaff(sql: Sql, vendorId: VendorId): Promise<StaffRow[]> {
  return sql.query<StaffRow>(
    `SELECT user_id, role, email, joined_at FROM staff WHERE vendor_id = $1
     ORDER BY joined_at, user_id`,
    [vendorId],
  );
}

export async function setRole(
  tx: Tx,
  vendorId: VendorId,
  { userId, role }: { userId: UserId; role: VendorRole },
): Promise<void> {
  await tx.query('UPDATE staff SET role = $3 WHERE vendor_id = $1 AND user_id = $2', [
    vendorId,
    userId,
    role,
  ]);
}

export async function removeStaff(tx: Tx, vendorId: VendorId, userId: UserId): Promise<void> {
  await tx.query('DELETE FROM staff WHERE vendor_id = $1 AND user_id = $2', [vendorId, userId]);
}

export interface MembershipRow {
  readonly [column: string]: unknown;
  readonly vendor_id: VendorId;
  readonly name: string;
  readonly slug: string;
  readonly status: VendorStatus;
  readonly status_reason: string | null;
  readonly role: VendorRole;
}

/** Across vendors, so for the platform alone: what one person works for. */
export function membershipsOf(sql: Sql, userId: UserId): Promise<MembershipRow[]> {
  return sql.query<MembershipRow>(
    `SELECT v.vendor_id, v.name, v.slug, v.status, v.status_reason, s.role
     FROM staff s JOIN vendors v ON v.vendor_id = s.vendor_id
     WHERE s.user_id = $1 ORDER BY v.vendor_id LIMIT 100`,
    [userId],
  );
}
