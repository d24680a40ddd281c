import { vendorMembership } from '@mkt/contracts';
import { err, ok, type Refusal, type Result, type UserId, type VendorId } from '@mkt/kernel';
import type { Peers } from '@mkt/service-kit';
import { notStaff } from '../domain/refresh.ts';
import type { SessionOwner } from './sessions.ts';

/** What the vendor service says about somebody now; a role is never taken from an older token. */
export async function staffRole(
  peers: Peers,
  userId: UserId,
  vendorId: VendorId,
): Promise<Result<NonNullable<SessionOwner['staffOf']>, Refusal>> {
  const membership = await peers.call(vendorMembership, { userId, vendorId });
  if (!membership.ok) return membership;
  const { role } = membership.value;
  return role ? ok({ vendorId, role }) : err(notStaff);
}
