import {
  type CurrencyCode,
  ok,
  type Refusal,
  type Result,
  refuse,
  type VendorId,
} from '@mkt/kernel';
import { type CommissionSum, previewOrder } from '../domain/commission-preview.ts';
import {
  type CommissionPlan,
  type CommissionRule,
  rulesInForce,
} from '../domain/commission-rules.ts';
import { ruleSetsInForce } from '../store/commission-rules.ts';
import { ordersToPreview, type PreviewOrder, vendorsWithOwnRules } from '../store/preview.ts';
import { checkRuleChange } from './change-commission-rules.ts';
import type { PayoutContext } from './context.ts';
import { planOf } from './freeze-commission.ts';

export interface PreviewWish {
  /** Null for the marketplace's default. */
  readonly vendorId: VendorId | null;
  readonly rules: readonly CommissionRule[] | null;
  readonly includeShipping: boolean | undefined;
  readonly taxPpm: number | undefined;
  /** The last whole calendar month, unless both are given. */
  readonly from: Date | undefined;
  readonly to: Date | undefined;
}

export interface PreviewRow {
  readonly vendorId: VendorId;
  readonly currency: CurrencyCode;
  readonly orders: number;
  readonly was: CommissionSum;
  readonly wouldBe: CommissionSum;
}

export interface Preview {
  readonly from: Date;
  readonly to: Date;
  readonly rows: readonly PreviewRow[];
}

const longestMs = 92 * 86_400_000;
const batch = 500;

/** What a period would have cost under other rules, by the functions that froze what it did cost. */
export async function previewCommission(
  { db, clock }: PayoutContext,
  wish: PreviewWish,
): Promise<Result<Preview, Refusal>> {
  const now = clock.now();
  const checked = checkRuleChange({ ...wish, validFrom: undefined }, now);
  if (!checked.ok) return checked;
  const period = periodOf(wish, now);
  if (!period.ok) return period;
  const { vendorId } = wish;
  const plan = changed(planOf(await ruleSetsInForce(db, [], now)), wish);
  // A vendor's own rules stay what they are when the default changes.
  const without = vendorId === null ? await vendorsWithOwnRules(db, now) : [];
  const sums = new Map<string, PreviewRow>();
  let after: string | null = null;
  for (;;) {
    const filter = { ...period.value, vendorId, without, after, limit: batch };
    const orders: PreviewOrder[] = await ordersToPreview(db, filter);
    for (const order of orders) add(sums, order, plan);
    if (orders.length < batch) return ok({ ...period.value, rows: [...sums.values()] });
    after = orders.at(-1)?.id ?? null;
  }
}

function periodOf(
  { from, to }: PreviewWish,
  now: Date,
): Result<{ readonly from: Date; readonly to: Date }, Refusal> {
  const month = (back: number) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1));
  const period = { from: from ?? month(1), to: to ?? month(0) };
  const lengthMs = period.to.getTime() - period.from.getTime();
  if (lengthMs > 0 && lengthMs <= longestMs) return ok(period);
  return refuse('PREVIEW_PERIOD_INVALID', 'A preview covers a period of at most 92 days.');
}

function changed(plan: CommissionPlan, wish: PreviewWish): CommissionPlan {
  const { vendorId, rules, includeShipping, taxPpm } = wish;
  if (vendorId !== null) {
    return rules === null ? plan : { ...plan, byVendor: { [vendorId]: rules } };
  }
  return {
    includeShipping: includeShipping ?? plan.includeShipping,
    taxPpm: taxPpm ?? plan.taxPpm,
    default: rules ?? plan.default,
    byVendor: {},
  };
}

function add(sums: Map<string, PreviewRow>, order: PreviewOrder, plan: CommissionPlan): void {
  const { vendorId, currency, items, charged, placedAt } = order;
  const { includeShipping, taxPpm } = plan;
  const rules = rulesInForce(plan, vendorId, placedAt);
  const { was, wouldBe } = previewOrder(items, charged, { rules, includeShipping, taxPpm });
  const key = `${vendorId} ${currency}`;
  const before = sums.get(key);
  sums.set(key, {
    vendorId,
    currency,
    orders: (before?.orders ?? 0) + 1,
    was: plus(before?.was, was),
    wouldBe: plus(before?.wouldBe, wouldBe),
  });
}

function plus(a: CommissionSum | undefined, b: CommissionSum): CommissionSum {
  return {
    commission: (a?.commission ?? 0) + b.commission,
    commissionTax: (a?.commissionTax ?? 0) + b.commissionTax,
  };
}
