import { partOf } from '@mkt/kernel';

/** The frozen amounts of an item that the ledger moves. */
export interface LedgerAmounts {
  readonly payable: number;
  readonly marketplaceFunded: number;
  readonly tax: number;
  readonly commission: number;
  readonly commissionTax: number;
}

/** The units fromUnit+1 … fromUnit+units of a frozen item. */
export interface ItemPart {
  readonly item: LedgerAmounts & { readonly quantity: number };
  readonly fromUnit: number;
  readonly units: number;
}

export const NO_AMOUNTS: LedgerAmounts = {
  payable: 0,
  marketplaceFunded: 0,
  tax: 0,
  commission: 0,
  commissionTax: 0,
};

/** A frozen item with all its units. */
export function wholeItem(item: ItemPart['item']): ItemPart {
  return { item, fromUnit: 0, units: item.quantity };
}

/** What some units of some items carry together. */
export function amountsOf(parts: readonly ItemPart[]): LedgerAmounts {
  return parts.map(amountsOfPart).reduce(addAmounts, NO_AMOUNTS);
}

function amountsOfPart({ item, fromUnit, units }: ItemPart): LedgerAmounts {
  const part = (amount: number) => partOf(amount, item.quantity, fromUnit, units);
  return {
    payable: part(item.payable),
    marketplaceFunded: part(item.marketplaceFunded),
    tax: part(item.tax),
    commission: part(item.commission),
    commissionTax: part(item.commissionTax),
  };
}

function addAmounts(a: LedgerAmounts, b: LedgerAmounts): LedgerAmounts {
  return {
    payable: a.payable + b.payable,
    marketplaceFunded: a.marketplaceFunded + b.marketplaceFunded,
    tax: a.tax + b.tax,
    commission: a.commission + b.commission,
    commissionTax: a.commissionTax + b.commissionTax,
  };
}
