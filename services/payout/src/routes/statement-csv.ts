import { formatDecimal, money } from '@mkt/kernel';
import type { Statement, StatementRow } from '../operations/statement.ts';

const columns: readonly (readonly [string, (row: StatementRow) => string | number | null])[] = [
  ['Date', (row) => row.at.toISOString()],
  ['Kind', (row) => row.kind],
  ['Order', (row) => row.orderNumber],
  ['Title', (row) => row.title],
  ['Units', (row) => String(row.units)],
  ['Base', (row) => row.baseMinor],
  ['Discount by vendor', (row) => row.vendorFundedMinor],
  ['Discount by marketplace', (row) => row.marketplaceFundedMinor],
  ['Tax', (row) => row.taxMinor],
  ['Payable', (row) => row.payableMinor],
  ['Commission', (row) => row.commissionMinor],
  ['Tax on commission', (row) => row.commissionTaxMinor],
  ['Credit', (row) => row.creditMinor],
];

/** A spreadsheet takes a cell that begins with one of these for a formula. */
const formula = /^[=+\-@\t\r]/;

function quoted(text: string): string {
  const safe = formula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Amounts in the currency's decimals; the first and last rows are the balances. */
export function* statementCsv(statement: Statement): Generator<string> {
  const { currency, rows, openingMinor, closingMinor } = statement;
  const amount = (minor: number) => formatDecimal(money(minor, currency));
  const balance = (name: string, minor: number) =>
    `${['', name, ...Array(columns.length - 3).fill(''), amount(minor)].join(',')}\r\n`;
  yield `${columns.map(([name]) => name).join(',')} (${currency})\r\n`;
  yield balance('opening', openingMinor);
  for (const row of rows) {
    const cells = columns.map(([, read]) => {
      const value = read(row);
      return typeof value === 'number' ? amount(value) : quoted(value ?? '');
    });
    yield `${cells.join(',')}\r\n`;
  }
  yield balance('closing', closingMinor);
}
