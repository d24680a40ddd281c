import type { VendorRole } from '@mkt/contracts';
import type { UserId, VendorId } from '@mkt/kernel';
import type { Tx } from '@mkt/service-kit';
import type { Sql } from './sql.ts';

export interface InvitationRow {
  readonly [column: string]: unknown;
  readonly invitation_id: string;
  readonly vendor_id: VendorId;
  readonly email: string;
  readonly role: VendorRole;
  readonly expires_at: Date;
  readonly accepted_by: UserId | null;
  readonly revoked_at: Date | null;
}

const columns = 'invitation_id, vendor_id, email, role, expires_at, accepted_by, revoked_at';

export interface NewInvitation {
  readonly invitationId: string;
  readonly email: string;
  readonly role: VendorRole;
  readonly tokenHash: Buffer;
  readonly invitedBy: UserId;
  readonly expiresAt: Date;
}

/** Takes the place of an open invitation to the same address, whose link stops working. */
export async function insertInvitation(
  tx: Tx,
  vendorId: VendorId,
  { invitation, now }: { invitation: NewInvitation; now: Date },
): Promise<InvitationRow> {
  await tx.query(
    `UPDATE invitations SET revoked_at = $3
     WHERE vendor_id = $1 AND email = $2 AND accepted_by IS NULL AND revoked_at IS NULL`,
    [vendorId, invitation.email, now],
  );
  const [row] = await tx.query<InvitationRow>(
    `INSERT INTO invitations (invitation_id, vendor_id, email, role, token_hash, invited_by,
       expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${columns}`,
    [
      invitation.invitationId,
      vendorId,
      invitation.email,
      invitation.role,
      invitation.tokenHash,
      invitation.invitedBy,
      invitation.expiresAt,
    ],
  );
  return row as InvitationRow;
}

/** Those that can still be accepted. */
export function openInvitations(sql: Sql, vendorId: VendorId, now: Date): Promise<InvitationRow[]> {
  return sql.query<InvitationRow>(
    `SELECT ${columns} FROM invitations
     WHERE vendor_id = $1 AND accepted_by IS NULL AND revoked_at IS NULL AND expires_at > $2
     ORDER BY invitation_id LIMIT 100`,
    [vendorId, now],
  );
}

/** By what only the invited person holds; the vendor is not known before. */
export async function lockInvitation(
  tx: Tx,
  tokenHash: Buffer,
): Promise<InvitationRow | undefined> {
  const rows = await tx.query<InvitationRow>(
    `SELECT ${columns} FROM invitations WHERE token_hash = $1 FOR UPDATE`,
    [tokenHash],
  );
  return rows[0];
}

export async function markAccepted(tx: Tx, invitationId: string, userId: UserId): Promise<void> {
  await tx.query('UPDATE invitations SET accepted_by = $2 WHERE invitation_id = $1', [
    invitationId,
    userId,
  ]);
}

/** False where there is no such invitation, or it was accepted. */
export async function revokeInvitation(
  tx: Tx,
  vendorId: VendorId,
  { invitationId, now }: { invitationId: string; now: Date },
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE invitations SET revoked_at = coalesce(revoked_at, $3)
     WHERE vendor_id = $1 AND invitation_id = $2 AND accepted_by IS NULL RETURNING 1`,
    [vendorId, invitationId, now],
  );
  return rows.length > 0;
}
