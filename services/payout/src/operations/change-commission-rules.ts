import { ok, type Refusal, type Result, refuse, uuidv7, type VendorId } from '@mkt/kernel';
import type { Tx } from '@mkt/service-kit';
import { type CommissionRule, checkCommissionRules } from '../domain/commission-rules.ts';
import { addRuleSet, lockLatest, type RuleSet } from '../store/commission-rules.ts';
import type { PayoutContext } from './context.ts';

export interface RuleChange {
  readonly vendorId: VendorId | null;
  readonly rules: readonly CommissionRule[] | null;
  readonly includeShipping: boolean | undefined;
  readonly taxPpm: number | undefined;
  /** Now, where it is absent. */
  readonly validFrom: Date | undefined;
  /** The version that the caller saw, where it says. */
  readonly ifMatch: number | undefined;
}

/** Adds a version of somebody's rules; what was sold before keeps its frozen commission. */
export async function changeCommissionRules(
  tx: Tx,
  { clock }: PayoutContext,
  change: RuleChange,
): Promise<Result<RuleSet, Refusal>> {
  const now = clock.now();
  const checked = checkRuleChange(change, now);
  if (!checked.ok) return checked;
  const latest = await lockLatest(tx, change.vendorId);
  if (change.ifMatch !== undefined && change.ifMatch !== (latest?.version ?? 0)) {
    return refuse('VERSION_CONFLICT', 'Somebody else changed these rules meanwhile.');
  }
  const isDefault = change.vendorId === null;
  const set = {
    id: uuidv7(),
    vendorId: change.vendorId,
    rules: change.rules,
    includeShipping: isDefault
      ? (change.includeShipping ?? latest?.includeShipping ?? false)
      : null,
    taxPpm: isDefault ? (change.taxPpm ?? latest?.taxPpm ?? 0) : null,
    validFrom: change.validFrom ?? now,
    now,
  };
  return ok(await addRuleSet(tx, set, (latest?.version ?? 0) + 1));
}

/** Whether these could be the rules of their owner from then on. */
export function checkRuleChange(
  change: Omit<RuleChange, 'ifMatch'>,
  now: Date,
): Result<unknown, Refusal> {
  const { vendorId, rules, includeShipping, taxPpm, validFrom } = change;
  if (vendorId === null && rules === null) {
    return refuse(
      'COMMISSION_RULES_REQUIRED',
      'The marketplace needs rules, be they an empty list.',
    );
  }
  if (vendorId !== null && (includeShipping !== undefined || taxPpm !== undefined)) {
    const detail = 'Shipping and tax on commission are settings of the marketplace.';
    return refuse('COMMISSION_SETTING_NOT_PER_VENDOR', detail);
  }
  if (validFrom !== undefined && validFrom < now) {
    return refuse('COMMISSION_RULES_IN_THE_PAST', 'Rules take effect now or later, never before.');
  }
  return checkCommissionRules(rules ?? []);
}
