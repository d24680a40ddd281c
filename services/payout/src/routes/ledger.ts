import { Readable } from 'node:stream';
import { currency, id, signedMoney, timestamp } from '@mkt/contracts';
import {
  type CurrencyCode,
  ok,
  type Refusal,
  type Result,
  refuse,
  type VendorId,
} from '@mkt/kernel';
import { type Actor, Answer, type AnyRoute, route } from '@mkt/service-kit';
import { z } from 'zod';
import type { PayoutContext } from '../operations/context.ts';
import { type Statement, statementOf } from '../operations/statement.ts';
import { verify } from '../operations/verify.ts';
import { type AccountBalance, currenciesOf, readBalances } from '../store/balances.ts';
import { statementCsv } from './statement-csv.ts';
import { financeStaff, whoseMoney } from './whose.ts';

const vendorIdQuery = { vendorId: id<'Vendor'>().optional() };
const notFound = refuse('VENDOR_NOT_FOUND', 'There is no such vendor.');

const balances = z.strictObject({
  vendorId: id<'Vendor'>().nullable(),
  accounts: z.array(
    z.strictObject({
      account: z.string(),
      /** The side on which the account grows; the balance is positive there. */
      side: z.enum(['debit', 'credit']),
      balance: signedMoney,
    }),
  ),
});

const debitAccounts: ReadonlySet<string> = new Set([
  'clearing',
  'promotions',
  'fees',
  'receivable',
]);

function balanceReply({ account, balanceMinor }: AccountBalance) {
  const side = debitAccounts.has(account.name) ? ('debit' as const) : ('credit' as const);
  const amountMinor = side === 'debit' || balanceMinor === 0 ? balanceMinor : -balanceMinor;
  return { account: account.name, side, balance: { amountMinor, currency: account.currency } };
}

const row = z.strictObject({
  kind: z.enum(['sale', 'refund', 'goodwill', 'payout', 'payoutReturned']),
  at: timestamp,
  orderNumber: z.string().nullable(),
  title: z.string(),
  units: z.int(),
  base: signedMoney,
  discountByVendor: signedMoney,
  discountByMarketplace: signedMoney,
  tax: signedMoney,
  payable: signedMoney,
  commission: signedMoney,
  commissionTax: signedMoney,
  credit: signedMoney,
});
const statement = z.strictObject({
  vendorId: id<'Vendor'>(),
  from: timestamp,
  to: timestamp,
  currency,
  opening: signedMoney,
  closing: signedMoney,
  rows: z.array(row),
});

const maxPeriodMs = 366 * 86_400_000;
const statementQuery = z.strictObject({
  ...vendorIdQuery,
  from: timestamp,
  to: timestamp,
  /** May be left out where the vendor has sold in one and no other. */
  currency: currency.optional(),
});
type StatementQuery = z.output<typeof statementQuery>;
const statementRefusals = {
  VENDOR_NOT_FOUND: 404,
  PERIOD_INVALID: 422,
  CURRENCY_REQUIRED: 422,
  STATEMENT_TOO_LONG: 422,
};

interface ReadStatement extends Statement {
  readonly vendorId: VendorId;
  readonly from: Date;
  readonly to: Date;
}

async function readStatement(
  { db }: PayoutContext,
  actor: Actor,
  query: StatementQuery,
): Promise<Result<ReadStatement, Refusal>> {
  const whose = whoseMoney(actor, query.vendorId);
  const vendorId = whose?.vendorId ?? null;
  if (!whose || vendorId === null) return notFound;
  const from = new Date(query.from);
  const to = new Date(query.to);
  if (from >= to || to.getTime() - from.getTime() > maxPeriodMs) {
    return refuse('PERIOD_INVALID', 'A period ends after it began and is at most 366 days long.');
  }
  return db.transaction(whose.scope, async (tx) => {
    const known = await currenciesOf(tx, vendorId);
    const chosen: CurrencyCode | undefined = query.currency ?? known[0];
    if (chosen === undefined || (query.currency === undefined && known.length > 1)) {
      return refuse('CURRENCY_REQUIRED', 'Name a currency: it is not clear which one is meant.', {
        currencies: known,
      });
    }
    const read = await statementOf(tx, { vendorId, currency: chosen, from, to });
    return read.ok ? ok({ ...read.value, vendorId, from, to }) : read;
  });
}

function statementReply(read: ReadStatement): z.output<typeof statement> {
  const of = (amountMinor: number) => ({ amountMinor, currency: read.currency });
  return {
    vendorId: read.vendorId,
    from: read.from.toISOString(),
    to: read.to.toISOString(),
    currency: read.currency,
    opening: of(read.openingMinor),
    closing: of(read.closingMinor),
    rows: read.rows.map((one) => ({
      kind: one.kind,
      at: one.at.toISOString(),
      orderNumber: one.orderNumber,
      title: one.title,
      units: one.units,
      base: of(one.baseMinor),
      discountByVendor: of(one.vendorFundedMinor),
      discountByMarketplace: of(one.marketplaceFundedMinor),
      tax: of(one.taxMinor),
      payable: of(one.payableMinor),
      commission: of(one.commissionMinor),
      commissionTax: of(one.commissionTaxMinor),
      credit: of(one.creditMinor),
    })),
  };
}

/** Balances, statements and the proof of the books. */
export function ledgerRoutes(context: PayoutContext): AnyRoute[] {
  const { db } = context;
  return [
    route({
      method: 'GET',
      path: '/v1/ledger/balances',
      summary: 'Show the balances of a vendor, or to an operator those of the platform',
      access: ['operator', financeStaff],
      query: z.strictObject(vendorIdQuery),
      reply: { status: 200, schema: balances },
      refusals: { VENDOR_NOT_FOUND: 404 },
      async handle({ actor, query }) {
        const whose = whoseMoney(actor, query.vendorId);
        if (!whose) return notFound;
        const found = await db.transaction(whose.scope, (tx) => readBalances(tx, whose.vendorId));
        return ok({ vendorId: whose.vendorId, accounts: found.map(balanceReply) });
      },
    }),
    route({
      method: 'GET',
      path: '/v1/ledger/statement',
      summary: 'Show what changed a vendor’s balance in a period, line by line',
      access: ['operator', financeStaff],
      query: statementQuery,
      reply: { status: 200, schema: statement },
      refusals: statementRefusals,
      async handle({ actor, query }) {
        const read = await readStatement(context, actor, query);
        return read.ok ? ok(statementReply(read.value)) : read;
      },
    }),
    route({
      method: 'GET',
      path: '/v1/ledger/statement.csv',
      summary: 'The same statement as a file for a spreadsheet',
      access: ['operator', financeStaff],
      query: statementQuery,
      reply: { status: 200, schema: 'stream', type: 'text/csv; charset=utf-8' },
      refusals: statementRefusals,
      async handle({ actor, query }) {
        const read = await readStatement(context, actor, query);
        if (!read.ok) return read;
        const headers = { 'content-disposition': 'attachment; filename="statement.csv"' };
        return ok(new Answer(Readable.from(statementCsv(read.value)), headers));
      },
    }),
    route({
      method: 'POST',
      path: '/v1/ledger/verify',
      summary: 'Prove every invariant of the books',
      access: 'operator',
      repeat: 'natural',
      reply: {
        status: 200,
        schema: z.strictObject({
          ok: z.boolean(),
          checked: z.strictObject({
            accounts: z.int(),
            transfers: z.int(),
            transactions: z.int(),
            payments: z.int(),
            orders: z.int(),
            vendors: z.int(),
          }),
          violations: z.array(
            z.strictObject({ code: z.string(), subject: z.string(), detail: z.string() }),
          ),
        }),
      },
      async handle() {
        const { violations, ...outcome } = await verify(db);
        return ok({ ...outcome, violations: [...violations] });
      },
    }),
  ];
}
