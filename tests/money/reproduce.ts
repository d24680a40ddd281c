import { assert } from '@mkt/kernel';
import type { Entry } from '../../services/payout/src/domain/accounts.ts';
import { commissionOf } from '../../services/payout/src/domain/commission.ts';
import { rulesInForce } from '../../services/payout/src/domain/commission-rules.ts';
import { amountsOf, wholeItem } from '../../services/payout/src/domain/parts.ts';
import {
  capturePosting,
  type SaleTerms,
  vendorCreditOf,
} from '../../services/payout/src/domain/postings.ts';
import {
  type CommissionPolicy,
  refundPosting,
  type VendorFunds,
} from '../../services/payout/src/domain/refund.ts';
import { checkQuoteInput } from '../../services/pricing/src/domain/check-quote-input.ts';
import { quote } from '../../services/pricing/src/domain/quote.ts';
import type { QuotedItem } from '../../services/pricing/src/domain/types.ts';
import type {
  ExpectedAmounts,
  ExpectedPosting,
  ExpectedRefund,
  ExpectedVendorOrder,
  MoneyExample,
} from './examples.ts';

type Input = MoneyExample['input'];
type RefundedUnits = Pick<ExpectedRefund, 'line' | 'afterUnits' | 'units'>;
type FrozenItem = QuotedItem & {
  readonly commissionBase: number;
  readonly commission: number;
  readonly commissionTax: number;
};

const AT = new Date('2026-01-01T00:00:00Z');
/** The sums over a vendor's accounts do not depend on where the money is taken from. */
const FUNDS: VendorFunds = {
  orderPending: 0,
  holdOver: false,
  available: 0,
  reserve: 0,
  receivable: 0,
};

/** All amounts of an example, by the functions that the services call. */
export function reproduce(input: Input, refunds: readonly RefundedUnits[]): ExpectedAmounts {
  const checked = checkQuoteInput(input);
  assert(checked.ok, checked.ok ? '' : checked.error.detail);
  const quoted = quote(checked.value);
  const items = quoted.vendors.flatMap(({ vendor }) => freeze(input, quoted.items, vendor));
  const frozen = new Map(items.map((item) => [item.id, item]));
  return {
    items: quoted.items.map(({ id }) => amountsOfItem(frozenItem(frozen, id))),
    coupons: quoted.coupons.map(({ code, amount }) => ({ code, amount })),
    refusedCoupons: quoted.refusedCoupons,
    total: quoted.total,
    vendorOrders: quoted.vendors.map((share) => vendorOrder(input, items, share)),
    refunds: refunds.map((units) => refund(input, frozenItem(frozen, units.line), units)),
  };
}

function freeze(input: Input, items: readonly QuotedItem[], vendor: string): FrozenItem[] {
  const own = items.filter((item) => item.vendor === vendor);
  const commissions = commissionOf({
    items: own,
    rules: rulesInForce(input.commission, vendor, AT),
    includeShipping: input.commission.includeShipping,
    taxPpm: input.commission.taxPpm,
    marketplaceFundingTaxed: input.marketplaceFundingTaxed,
  });
  return own.map((item, index) => {
    const commission = commissions[index];
    assert(commission?.id === item.id, 'Commissions come in the order of the items');
    return { ...item, ...commission };
  });
}

function vendorOrder(
  input: Input,
  items: readonly FrozenItem[],
  share: Pick<
    ExpectedVendorOrder,
    'vendor' | 'payable' | 'tax' | 'marketplaceFunded' | 'vendorFunded'
  >,
): ExpectedVendorOrder {
  const terms = termsOf(input, share.vendor);
  const own = items.filter((item) => item.vendor === share.vendor);
  const amounts = amountsOf(own.map(wholeItem));
  return {
    ...share,
    commission: amounts.commission,
    commissionTax: amounts.commissionTax,
    vendorCredit: vendorCreditOf(amounts, terms),
    capture: byOwner(capturePosting(amounts, terms)),
  };
}

function refund(input: Input, item: FrozenItem, units: RefundedUnits): ExpectedRefund {
  const amounts = amountsOf([{ item, fromUnit: units.afterUnits, units: units.units }]);
  const posting = (policy: CommissionPolicy) =>
    byOwner(refundPosting(amounts, termsOf(input, item.vendor), policy, FUNDS));
  return {
    line: units.line,
    afterUnits: units.afterUnits,
    units: units.units,
    refund: amounts.payable,
    policyReturnCommission: posting('return'),
    policyKeepCommission: posting('keep'),
  };
}

function termsOf(input: Input, vendor: string): SaleTerms {
  return { vendorId: vendor, currency: input.currency, taxLiability: input.taxLiability };
}

function frozenItem(frozen: ReadonlyMap<string, FrozenItem>, id: string): FrozenItem {
  const item = frozen.get(id);
  assert(item !== undefined, `No item ${id}`);
  return item;
}

function amountsOfItem(item: FrozenItem): ExpectedAmounts['items'][number] {
  const { id, base, discount, vendorFunded, marketplaceFunded, net, tax, payable } = item;
  const { commissionBase, commission, commissionTax } = item;
  const price = { id, base, discount, vendorFunded, marketplaceFunded, net, tax, payable };
  return { ...price, commissionBase, commission, commissionTax };
}

/** The examples sum a vendor's accounts, and leave out what comes to zero. */
function byOwner(entries: readonly Entry[]): ExpectedPosting {
  const sums = new Map<string, number>();
  for (const { account, amountMinor } of entries) {
    const key =
      account.owner === 'platform' ? `platform:${account.name}` : `vendor:${account.vendorId}`;
    sums.set(key, (sums.get(key) ?? 0) + amountMinor);
  }
  return Object.fromEntries([...sums].filter(([, amount]) => amount !== 0));
}
