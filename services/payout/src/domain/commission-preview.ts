import { commissionOf } from './commission.ts';
import type { CommissionRule } from './commission-rules.ts';
import { amountsOf } from './parts.ts';

/** The frozen amounts of a sold item that its commission came from. */
export interface PreviewItem {
  readonly lineId: string;
  readonly kind: 'line' | 'shipping';
  readonly quantity: number;
  readonly base: number;
  readonly discount: number;
  readonly marketplaceFunded: number;
  readonly net: number;
  readonly tax: number;
  readonly payable: number;
  readonly commission: number;
  readonly commissionTax: number;
}

/** Units that were captured, or given back with their commission. */
export interface ChargedUnits {
  readonly kind: 'capture' | 'refund';
  readonly lineId: string;
  readonly fromUnit: number;
  readonly units: number;
}

export interface PreviewTerms {
  readonly rules: readonly CommissionRule[];
  readonly includeShipping: boolean;
  readonly taxPpm: number;
}

export interface CommissionSum {
  readonly commission: number;
  readonly commissionTax: number;
}

/** What an order was charged, and what it would have been charged under other terms. */
export function previewOrder(
  items: readonly PreviewItem[],
  charged: readonly ChargedUnits[],
  { rules, includeShipping, taxPpm }: PreviewTerms,
): { readonly was: CommissionSum; readonly wouldBe: CommissionSum } {
  const other = commissionOf({
    items: items.map(({ lineId, ...item }) => ({ id: lineId, ...item })),
    rules,
    includeShipping,
    taxPpm,
    marketplaceFundingTaxed: fundingWasTaxed(items),
  });
  return { was: sumOf(items, charged), wouldBe: sumOf(withOther(items, other), charged) };
}

function withOther(
  items: readonly PreviewItem[],
  other: readonly { readonly id: string; readonly commission: number; commissionTax: number }[],
): PreviewItem[] {
  const byId = new Map(other.map((one) => [one.id, one]));
  return items.map((item) => {
    const { commission = 0, commissionTax = 0 } = byId.get(item.lineId) ?? {};
    return { ...item, commission, commissionTax };
  });
}

/** Whether `net` holds what the marketplace funded: the quote's amounts say so exactly. */
function fundingWasTaxed(items: readonly PreviewItem[]): boolean {
  const funded = items.find(({ marketplaceFunded }) => marketplaceFunded > 0);
  if (!funded) return true;
  const { base, discount, payable, net, tax, marketplaceFunded } = funded;
  const isInclusive = payable === base - discount;
  return (isInclusive ? net + tax : net) === base - discount + marketplaceFunded;
}

function sumOf(items: readonly PreviewItem[], charged: readonly ChargedUnits[]): CommissionSum {
  const byLine = new Map(items.map((item) => [item.lineId, item]));
  const of = (kind: ChargedUnits['kind']) =>
    amountsOf(
      charged.flatMap((run) => {
        const item = byLine.get(run.lineId);
        if (run.kind !== kind || !item) return [];
        return [{ item, fromUnit: run.fromUnit, units: run.units }];
      }),
    );
  const [taken, returned] = [of('capture'), of('refund')];
  return {
    commission: taken.commission - returned.commission,
    commissionTax: taken.commissionTax - returned.commissionTax,
  };
}
