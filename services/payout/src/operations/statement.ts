import type { ItemUnits } from '@mkt/contracts';
import { type CurrencyCode, ok, partOf, type Refusal, type Result, refuse } from '@mkt/kernel';
import { amountsOf } from '../domain/parts.ts';
import { type SaleTerms, vendorCreditOf } from '../domain/postings.ts';
import type { CommissionPolicy } from '../domain/refund.ts';
import type { Sql } from '../store/ledger.ts';
import { partOfItem, type SoldItem } from '../store/orders.ts';
import {
  holdingAt,
  type PayoutOfStatement,
  payoutsOfPeriod,
  type SaleOfStatement,
  salesOfPeriod,
} from '../store/statement.ts';
import { reversedBy } from './apply-movement.ts';

/** One line of a statement; what was taken back is negative. */
export interface StatementRow {
  readonly kind: 'sale' | 'refund' | 'goodwill' | 'payout' | 'payoutReturned';
  readonly at: Date;
  readonly orderNumber: string | null;
  readonly title: string;
  readonly units: number;
  readonly baseMinor: number;
  readonly vendorFundedMinor: number;
  readonly marketplaceFundedMinor: number;
  readonly taxMinor: number;
  readonly payableMinor: number;
  readonly commissionMinor: number;
  readonly commissionTaxMinor: number;
  /** What it adds to the vendor's balance. */
  readonly creditMinor: number;
}

export interface Statement {
  readonly currency: CurrencyCode;
  readonly openingMinor: number;
  readonly closingMinor: number;
  readonly rows: readonly StatementRow[];
}

export interface StatementPeriod {
  readonly vendorId: string;
  readonly currency: CurrencyCode;
  readonly from: Date;
  /** Not included. */
  readonly to: Date;
}

const maxRows = 5_000;

/** What changed a vendor's balance in a period, line by line. */
export async function statementOf(
  tx: Sql,
  period: StatementPeriod,
): Promise<Result<Statement, Refusal>> {
  const sales = await salesOfPeriod(tx, period, maxRows + 1);
  const payouts = await payoutsOfPeriod(tx, period, maxRows + 1);
  if (sales.length + payouts.length > maxRows) {
    return refuse('STATEMENT_TOO_LONG', 'So much happened in this period: ask for a shorter one.');
  }
  const rows = [
    ...sales.flatMap(rowsOfSale),
    ...payouts.flatMap((one) => rowsOfPayout(one, period)),
  ];
  return ok({
    currency: period.currency,
    openingMinor: await holdingAt(tx, period, period.from),
    closingMinor: await holdingAt(tx, period, period.to),
    rows: rows.sort((a, b) => a.at.getTime() - b.at.getTime()),
  });
}

const nothing = {
  units: 0,
  baseMinor: 0,
  vendorFundedMinor: 0,
  marketplaceFundedMinor: 0,
  taxMinor: 0,
  payableMinor: 0,
  commissionMinor: 0,
  commissionTaxMinor: 0,
} as const;

function rowsOfSale(sale: SaleOfStatement): StatementRow[] {
  const { kind, at, orderNumber, bearer } = sale;
  if (kind === 'refund' && bearer !== null) {
    const title = bearer === 'vendor' ? 'Goodwill' : 'Goodwill, borne by the marketplace';
    const creditMinor = sale.creditMinor;
    return [{ ...nothing, kind: 'goodwill', at, orderNumber, title, creditMinor }];
  }
  const items = new Map(sale.items.map((item) => [item.lineId, item]));
  return sale.units.flatMap((run) => {
    const item = items.get(run.lineId);
    return item ? [rowOfUnits(sale, item, run)] : [];
  });
}

function rowOfUnits(sale: SaleOfStatement, item: SoldItem, run: ItemUnits): StatementRow {
  const isSale = sale.kind === 'capture';
  const policy: CommissionPolicy = isSale ? 'return' : (sale.policy ?? 'return');
  const carried = reversedBy(policy, amountsOf([partOfItem(item, run)]));
  const terms: SaleTerms = sale;
  const part = (amount: number) => partOf(amount, item.quantity, run.fromUnit, run.units);
  const signed = (amount: number) => (isSale || amount === 0 ? amount : -amount);
  return {
    kind: isSale ? 'sale' : 'refund',
    at: sale.at,
    orderNumber: sale.orderNumber,
    title: item.title,
    units: run.units,
    baseMinor: signed(part(item.baseMinor)),
    vendorFundedMinor: signed(part(item.vendorFundedMinor)),
    marketplaceFundedMinor: signed(carried.marketplaceFunded),
    taxMinor: signed(carried.tax),
    payableMinor: signed(carried.payable),
    commissionMinor: signed(carried.commission),
    commissionTaxMinor: signed(carried.commissionTax),
    creditMinor: signed(vendorCreditOf(carried, terms)),
  };
}

function rowsOfPayout(payout: PayoutOfStatement, { from, to }: StatementPeriod): StatementRow[] {
  const { paidAt, returnedAt, amountMinor, reference } = payout;
  const row = { ...nothing, orderNumber: null, title: reference };
  const within = (at: Date | null): at is Date => at !== null && at >= from && at < to;
  // One that came back before it was paid never left the balance.
  if (!paidAt) return [];
  return [
    ...(within(paidAt)
      ? [{ ...row, kind: 'payout' as const, at: paidAt, creditMinor: -amountMinor }]
      : []),
    ...(within(returnedAt)
      ? [{ ...row, kind: 'payoutReturned' as const, at: returnedAt, creditMinor: amountMinor }]
      : []),
  ];
}
