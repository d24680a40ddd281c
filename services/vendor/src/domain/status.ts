import { ok, type Refusal, type Result, refuse } from '@mkt/kernel';

export type VendorStatus = 'applied' | 'approved' | 'rejected' | 'suspended';
export type Decision = 'approve' | 'reject' | 'suspend' | 'reopen';

/** What an operator may decide in which state. */
const transitions: Readonly<
  Record<Decision, { readonly from: readonly VendorStatus[]; readonly to: VendorStatus }>
> = {
  approve: { from: ['applied', 'rejected'], to: 'approved' },
  reject: { from: ['applied'], to: 'rejected' },
  suspend: { from: ['approved'], to: 'suspended' },
  reopen: { from: ['suspended'], to: 'approved' },
};

/**
 * The state after a decision, or null where the vendor is in it already: deciding the same twice
 * changes nothing. `missing` are the required items of the checklist that are not done.
 */
export function decideStatus(
  status: VendorStatus,
  decision: Decision,
  missing: readonly string[],
): Result<VendorStatus | null, Refusal> {
  const { from, to } = transitions[decision];
  if (status === to) return ok(null);
  if (!from.includes(status)) {
    return refuse('INVALID_STATE', `A vendor that is ${status} cannot be the subject of this.`, {
      status,
      possibleFrom: from,
    });
  }
  if (decision === 'approve' && missing.length > 0) {
    return refuse('CHECKLIST_INCOMPLETE', `Still missing: ${missing.join(', ')}.`, { missing });
  }
  return ok(to);
}
