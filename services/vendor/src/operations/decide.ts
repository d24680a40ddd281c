import { vendorApproved, vendorRejected, vendorReopened, vendorSuspended } from '@mkt/contracts';
import {
  newId,
  ok,
  type Refusal,
  type Result,
  type UserId,
  unreachable,
  type VendorId,
} from '@mkt/kernel';
import type { Tx } from '@mkt/service-kit';
import { checklistOf, missingOf } from '../domain/checklist.ts';
import { type Decision, decideStatus } from '../domain/status.ts';
import { countProducts, readEntries, readPolicy } from '../store/checklist.ts';
import { insertDecision, lockVendor, setStatus, type VendorRow } from '../store/vendors.ts';
import { noVendor } from './permit.ts';
import { emitOfVendor, identityOf } from './vendor-events.ts';

export interface OperatorDecision {
  readonly vendorId: VendorId;
  readonly decision: Decision;
  readonly reason: string | null;
  readonly by: UserId;
  readonly at: Date;
}

/** An operator's decision about a vendor: state, record and event in one. */
export async function decide(
  tx: Tx,
  { vendorId, decision, reason, by, at }: OperatorDecision,
): Promise<Result<VendorRow, Refusal>> {
  const vendor = await lockVendor(tx, vendorId);
  if (!vendor) return noVendor;
  const missing = decision === 'approve' ? await missingNow(tx, vendorId) : [];
  const status = decideStatus(vendor.status, decision, missing);
  if (!status.ok) return status;
  if (status.value === null) return ok(vendor);
  const changed = await setStatus(tx, vendorId, { status: status.value, reason, now: at });
  await insertDecision(tx, vendorId, { decisionId: newId(), decision, reason, by, at });
  announce(tx, changed, decision);
  return ok(changed);
}

async function missingNow(tx: Tx, vendorId: VendorId): Promise<readonly string[]> {
  const policy = await readPolicy(tx);
  const entries = await readEntries(tx, vendorId);
  return missingOf(checklistOf(policy, entries, await countProducts(tx, vendorId)));
}

function announce(tx: Tx, vendor: VendorRow, decision: Decision): void {
  const identity = identityOf(vendor);
  const reason = vendor.status_reason ?? '';
  switch (decision) {
    case 'approve':
      emitOfVendor(tx, vendor, vendorApproved, identity);
      break;
    case 'reject':
      emitOfVendor(tx, vendor, vendorRejected, { ...identity, reason });
      break;
    case 'suspend':
      emitOfVendor(tx, vendor, vendorSuspended, { ...identity, reason });
      break;
    case 'reopen':
      emitOfVendor(tx, vendor, vendorReopened, identity);
      break;
    default:
      unreachable(decision);
  }
}
