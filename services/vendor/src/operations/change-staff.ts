import type { VendorRole } from '@mkt/contracts';
import { ok, type Refusal, type Result, refuse, type UserId, type VendorId } from '@mkt/kernel';
import type { Actor, Tx } from '@mkt/service-kit';
import { decideStaffChange } from '../domain/staff-rules.ts';
import { listStaff, removeStaff, type StaffRow, setRole } from '../store/staff.ts';
import { lockVendor } from '../store/vendors.ts';
import { noVendor } from './permit.ts';

export interface StaffRequest {
  readonly vendorId: VendorId;
  readonly actor: Extract<Actor, { kind: 'user' }>;
  readonly userId: UserId;
  /** Null removes the person. */
  readonly newRole: VendorRole | null;
}

/**
 * Under the vendor's lock: two owners who demote each other at the same time do not both succeed.
 * Resolves to the person as it was.
 */
export async function changeStaff(
  tx: Tx,
  { vendorId, actor, userId, newRole }: StaffRequest,
): Promise<Result<StaffRow, Refusal>> {
  const elsewhere = actor.staffOf !== undefined && actor.staffOf.vendorId !== vendorId;
  if (elsewhere || !(await lockVendor(tx, vendorId))) return noVendor;
  const staff = await listStaff(tx, vendorId);
  const by = staff.find((person) => person.user_id === actor.userId);
  if (!by) return noVendor;
  const target = staff.find((person) => person.user_id === userId);
  if (!target) return refuse('NOT_FOUND', 'Nobody of this id works for the vendor.');
  const allowed = decideStaffChange({
    by: { userId: by.user_id, role: by.role },
    target: { userId: target.user_id, role: target.role },
    newRole,
    ownerCount: staff.filter((person) => person.role === 'owner').length,
  });
  if (!allowed.ok) return allowed;
  if (newRole === null) await removeStaff(tx, vendorId, userId);
  else await setRole(tx, vendorId, { userId, role: newRole });
  return ok(newRole === null ? target : { ...target, role: newRole });
}
