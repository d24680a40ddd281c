import { createHash, randomBytes } from 'node:crypto';
import { type VendorRole, vendorStaffInvited } from '@mkt/contracts';
import {
  newId,
  ok,
  type Refusal,
  type Result,
  refuse,
  type UserId,
  type VendorId,
} from '@mkt/kernel';
import type { Actor, Tx } from '@mkt/service-kit';
import { invitationDays, mayInvite, mostStaff } from '../domain/staff-rules.ts';
import {
  type InvitationRow,
  insertInvitation,
  lockInvitation,
  markAccepted,
  openInvitations,
} from '../store/invitations.ts';
import { insertStaff, listStaff } from '../store/staff.ts';
import { lockVendor } from '../store/vendors.ts';
import { noVendor, permit } from './permit.ts';
import { emitOfVendor } from './vendor-events.ts';

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

export interface Invitation {
  readonly vendorId: VendorId;
  readonly actor: Extract<Actor, { kind: 'user' }>;
  readonly email: string;
  readonly role: VendorRole;
  readonly now: Date;
}

/** The token goes out by the event, to the invited address, and is stored as a hash. */
export async function invite(
  tx: Tx,
  { vendorId, actor, email, role, now }: Invitation,
): Promise<Result<InvitationRow, Refusal>> {
  const standing = await permit(tx, actor, vendorId, { roles: ['owner', 'manager'] });
  if (!standing.ok) return standing;
  const allowed = standing.value.kind === 'staff' ? mayInvite(standing.value.role, role) : noVendor;
  if (!allowed.ok) return allowed;
  const vendor = await lockVendor(tx, vendorId);
  if (!vendor) return noVendor;
  const open = await openInvitations(tx, vendorId, now);
  const others = open.filter((invitation) => invitation.email !== email);
  const staff = await listStaff(tx, vendorId);
  if (staff.length + others.length >= mostStaff) {
    return refuse(
      'TOO_MANY_STAFF',
      `A vendor has at most ${mostStaff} staff, invited ones included.`,
    );
  }
  const invitationToken = `inv_${randomBytes(32).toString('base64url')}`;
  const invitation = {
    invitationId: newId<'Invitation'>(),
    email,
    role,
    tokenHash: hashOf(invitationToken),
    invitedBy: actor.userId,
    expiresAt: new Date(now.getTime() + invitationDays * 86_400_000),
  };
  const row = await insertInvitation(tx, vendorId, { invitation, now });
  emitOfVendor(tx, vendor, vendorStaffInvited, {
    vendorId,
    vendorName: vendor.name,
    email,
    role,
    invitationToken,
  });
  return ok(row);
}

/** Whoever holds the token becomes staff, once; the same person may come back with it. */
export async function acceptInvitation(
  tx: Tx,
  { token, userId, now }: { token: string; userId: UserId; now: Date },
): Promise<Result<{ vendorId: VendorId; role: VendorRole }, Refusal>> {
  const invitation = await lockInvitation(tx, hashOf(token));
  if (!invitation || invitation.revoked_at) return invalid;
  const { vendor_id: vendorId, role, accepted_by: acceptedBy } = invitation;
  if (acceptedBy) return acceptedBy === userId ? ok({ vendorId, role }) : invalid;
  if (invitation.expires_at <= now) {
    return refuse('INVITATION_EXPIRED', 'This invitation has expired: ask for a new one.');
  }
  const staff = { userId, role, email: invitation.email, joinedAt: now };
  if (!(await insertStaff(tx, vendorId, staff))) {
    return refuse('ALREADY_STAFF', 'You work for this vendor already.');
  }
  await markAccepted(tx, invitation.invitation_id, userId);
  return ok({ vendorId, role });
}

const invalid = refuse(
  'INVITATION_INVALID',
  'This invitation is not known, or was used or taken back.',
);
