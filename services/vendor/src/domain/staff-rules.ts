import type { VendorRole } from '@mkt/contracts';
import { ok, type Refusal, type Result, refuse } from '@mkt/kernel';

export const mostStaff = 50;
export const mostApiKeys = 20;
export const invitationDays = 7;

const forbidden = (detail: string) => refuse('FORBIDDEN', detail);

/** Owners bring in anybody; managers only those who have less to say than they. */
export function mayInvite(inviter: VendorRole, role: VendorRole): Result<void, Refusal> {
  if (inviter === 'owner') return ok();
  return inviter === 'manager' && (role === 'fulfiller' || role === 'finance')
    ? ok()
    : forbidden(`A ${inviter} may not invite a ${role}.`);
}

export interface StaffChange {
  readonly by: { readonly userId: string; readonly role: VendorRole };
  readonly target: { readonly userId: string; readonly role: VendorRole };
  /** Null where the person leaves. */
  readonly newRole: VendorRole | null;
  readonly ownerCount: number;
}

/** Owners change anybody, everybody may leave, and one owner stays. */
export function decideStaffChange(change: StaffChange): Result<void, Refusal> {
  const { by, target, newRole, ownerCount } = change;
  const leaves = newRole === null && by.userId === target.userId;
  if (by.role !== 'owner' && !leaves) return forbidden('Only an owner may change the staff.');
  if (target.role === 'owner' && newRole !== 'owner' && ownerCount <= 1) {
    return refuse('LAST_OWNER', 'A vendor keeps at least one owner: make somebody else one first.');
  }
  return ok();
}
