import type { ParsedRequestOf, payoutFreezeCommission, ReplyOf } from '@mkt/contracts';
import { assert } from '@mkt/kernel';
import { commissionOf } from '../domain/commission.ts';
import { type CommissionPlan, rulesInForce } from '../domain/commission-rules.ts';
import type { RuleSet } from '../store/commission-rules.ts';

type Request = ParsedRequestOf<typeof payoutFreezeCommission>;
type Frozen = ReplyOf<typeof payoutFreezeCommission>;

/** The plan that the rule sets in force make together. */
export function planOf(sets: readonly RuleSet[]): CommissionPlan {
  const base = sets.find((set) => set.vendorId === null);
  assert(base?.rules && base.taxPpm !== null, 'The marketplace has default commission rules');
  const own = sets.flatMap((set) => (set.vendorId && set.rules ? [[set.vendorId, set.rules]] : []));
  return {
    includeShipping: base.includeShipping === true,
    taxPpm: base.taxPpm,
    default: base.rules,
    byVendor: Object.fromEntries(own),
  };
}

/** The commission of each item by the rules in force at the moment, to be frozen with the sale. */
export function freezeCommission(request: Request, plan: CommissionPlan, at: Date): Frozen {
  const items = request.orders.flatMap(({ vendorId, items: sold }) =>
    commissionOf({
      items: sold.map(({ itemId, kind, quantity, netMinor, marketplaceFundedMinor }) => ({
        id: itemId,
        kind,
        quantity,
        net: netMinor,
        marketplaceFunded: marketplaceFundedMinor,
      })),
      rules: rulesInForce(plan, vendorId, at),
      includeShipping: plan.includeShipping,
      taxPpm: plan.taxPpm,
      marketplaceFundingTaxed: request.marketplaceFundingTaxed,
    }),
  );
  return {
    items: items.map(({ id, commissionBase, commission, commissionTax }) => ({
      itemId: id,
      commissionBaseMinor: commissionBase,
      commissionMinor: commission,
      commissionTaxMinor: commissionTax,
    })),
  };
}
