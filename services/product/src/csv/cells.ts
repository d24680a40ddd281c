import { type CurrencyCode, parseDecimal, type Refusal } from '@mkt/kernel';
import type { ColumnName, Columns } from './columns.ts';
import type { RowProblem } from './csv-product.ts';
import { unguardFormula } from './formula.ts';
import { LIMITS } from './limits.ts';

/** One row with its titles, and the place where its problems go. */
export interface Row {
  readonly line: number;
  /** The trimmed text of a cell, empty where the row or the column ends earlier. */
  cell(column: ColumnName): string;
  report(column: string | null, value: string, complaint: Complaint): void;
}

export interface Complaint {
  readonly code: string;
  readonly problem: string;
  readonly remedy: string;
}

const VALUE_LENGTH = 80;
const MAX_PRICE_LENGTH = 40;
/** Files write 1200.00 whatever the currency: zeros at the end of the decimals say nothing. */
const NEEDLESS_ZEROS = /\.0*$|(?<=\.\d*[1-9])0+$/;

export function toRow(
  record: { readonly cells: readonly string[]; readonly first: number },
  columns: Columns,
  report: (problem: RowProblem) => void,
): Row {
  return {
    line: record.first,
    cell: (column) => {
      const index = columns.indexOf.get(column);
      return index === undefined ? '' : unguardFormula((record.cells[index] ?? '').trim());
    },
    report: (column, value, complaint) =>
      report({ line: record.first, column, ...shown(value), ...complaint }),
  };
}

export function readText(row: Row, column: ColumnName, maxLength: number): string {
  const text = row.cell(column);
  if (text.length <= maxLength) return text;
  row.report(column, text, {
    code: 'FIELD_TOO_LONG',
    problem: `The text has ${text.length} characters; at most ${maxLength} fit.`,
    remedy: 'Shorten it.',
  });
  return '';
}

export function readFlag(row: Row, column: ColumnName, otherwise: boolean): boolean {
  const text = row.cell(column).toLowerCase();
  if (text === '') return otherwise;
  if (text === 'true') return true;
  if (text !== 'false') {
    row.report(column, text, {
      code: 'FLAG_INVALID',
      problem: `“${column}” is neither true nor false.`,
      remedy: `Write true or false, or leave it empty for ${otherwise}.`,
    });
  }
  return false;
}

export function readChoice<Choice extends string>(
  row: Row,
  column: ColumnName,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  const text = row.cell(column).toLowerCase();
  const found = choices.find((choice) => choice === text);
  if (found === undefined && text !== '') {
    row.report(column, text, {
      code: 'CHOICE_INVALID',
      problem: `“${column}” knows no such value.`,
      remedy: `Write one of ${choices.join(', ')}, or leave it empty for ${choices[0]}.`,
    });
  }
  return found ?? choices[0];
}

/** A whole number from 0; null for an empty cell. */
export function readCount(row: Row, column: ColumnName, max: number): number | null {
  const text = row.cell(column);
  if (text === '') return null;
  const count = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (count >= 0 && count <= max) return count === 0 ? 0 : count;
  row.report(column, text, {
    code: count < 0 ? 'NUMBER_NEGATIVE' : 'NUMBER_INVALID',
    problem: count < 0 ? 'The number is below zero.' : `This is no whole number up to ${max}.`,
    remedy: 'Write a whole number in digits alone, from 0.',
  });
  return null;
}

/** Shopify writes weights with decimals where another unit was converted. */
export function readGrams(row: Row): number {
  const text = row.cell('Variant Grams');
  if (text === '') return 0;
  const grams = /^\d{1,12}(\.\d{1,12})?$/.test(text) ? Math.round(Number(text)) : Number.NaN;
  if (grams <= LIMITS.grams) return grams;
  row.report('Variant Grams', text, {
    code: 'WEIGHT_INVALID',
    problem: `The weight is no number of grams from 0 to ${LIMITS.grams}.`,
    remedy: 'Write the weight in grams, such as 350.',
  });
  return 0;
}

/** An amount in minor units; null for an empty cell and after a report. */
export function readPrice(row: Row, column: ColumnName, currency: CurrencyCode): number | null {
  const text = row.cell(column);
  if (text === '') return null;
  const plain = text.length > MAX_PRICE_LENGTH ? '' : text.replace(NEEDLESS_ZEROS, '');
  const parsed = parseDecimal(plain, currency);
  const amountMinor = parsed.ok ? parsed.value.amountMinor : 0;
  if (parsed.ok && amountMinor >= 0 && amountMinor <= LIMITS.priceMinor) return amountMinor;
  row.report(column, text, priceComplaint(parsed.ok ? null : parsed.error, amountMinor, currency));
  return null;
}

function priceComplaint(
  refusal: Refusal | null,
  amountMinor: number,
  currency: CurrencyCode,
): Complaint {
  if (amountMinor < 0) {
    return {
      code: 'PRICE_NEGATIVE',
      problem: 'The price is below zero.',
      remedy: 'Write a price of 0 or more.',
    };
  }
  if (refusal?.code === 'MONEY_TOO_MANY_DECIMALS') {
    return {
      code: 'PRICE_TOO_MANY_DECIMALS',
      problem: `The price has more decimals than ${currency} knows.`,
      remedy: 'Round the price to an amount that can be paid.',
    };
  }
  if (refusal === null || refusal.code === 'MONEY_OUT_OF_RANGE') {
    return {
      code: 'PRICE_TOO_LARGE',
      problem: 'The price is too large.',
      remedy: `Check the digits; the most is ${LIMITS.priceMinor} in the smallest unit.`,
    };
  }
  return {
    code: 'PRICE_INVALID',
    problem: 'This is no price.',
    remedy: 'Write digits and a decimal point alone, such as 1234.50.',
  };
}

function shown(value: string): { readonly value?: string } {
  if (value === '') return {};
  // Twice as many units hold the characters wanted even when all of them are pairs.
  return { value: [...value.slice(0, 2 * VALUE_LENGTH)].slice(0, VALUE_LENGTH).join('') };
}
