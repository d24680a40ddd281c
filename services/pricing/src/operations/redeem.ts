import { ok, type Refusal, type Result, refuse } from '@mkt/kernel';
import {
  type Database,
  Fault,
  isCheckViolation,
  isRetryable,
  isUniqueViolation,
} from '@mkt/service-kit';
import {
  countRedemption,
  type Redemption,
  type RedemptionOutcome,
  shopperLimitConstraint,
} from '../store/redemptions.ts';

const maxAttempts = 6;

/**
 * Counts each coupon once for a checkout, all or none. A coupon that was switched off since the
 * quote still counts: the shopper was promised its price.
 */
export async function redeem(
  db: Database,
  redemption: Redemption,
): Promise<Result<Record<string, never>, Refusal>> {
  const codes = [...new Set(redemption.codes.map((code) => code.toUpperCase()))];
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const outcome = await countUnlessRefused(db, { ...redemption, codes });
    if (outcome === 'beaten') continue;
    if ('code' in outcome) return refuse(outcome.code, outcome.detail);
    if (outcome.state === 'redeemed') return ok({});
    if (outcome.state === 'released') {
      return refuse('REDEMPTION_RELEASED', 'This checkout gave its coupons back.');
    }
    return outcome.complete
      ? ok({})
      : refuse('COUPON_UNKNOWN', 'There is no such coupon. Take it out and check out again.');
  }
  throw new Fault('CONFLICTING_WRITE', 'The redemption kept meeting others');
}

const exhausted: Refusal = {
  code: 'COUPON_EXHAUSTED',
  detail: 'A coupon was used up by others meanwhile. Take it out and check out again.',
};
const reached: Refusal = {
  code: 'COUPON_LIMIT_REACHED',
  detail: 'You have used a coupon as often as it allows. Take it out and check out again.',
};

async function countUnlessRefused(
  db: Database,
  redemption: Redemption,
): Promise<RedemptionOutcome | Refusal | 'beaten'> {
  try {
    return await countRedemption(db, redemption);
  } catch (error) {
    if (isCheckViolation(error, shopperLimitConstraint)) return reached;
    if (isCheckViolation(error)) return exhausted;
    if (isUniqueViolation(error) || isRetryable(error)) return 'beaten';
    throw error;
  }
}
