import type { Complaint, Row } from './cells.ts';
import type { Columns } from './columns.ts';
import type { RowProblem } from './csv-product.ts';
import type { CsvRecord, RecordFault } from './records.ts';

const FAULTS: Readonly<Record<RecordFault, Complaint>> = {
  ENCODING_INVALID: {
    code: 'ENCODING_INVALID',
    problem: 'The row holds bytes that are not UTF-8 text.',
    remedy: 'Save the file again as “CSV UTF-8”.',
  },
  LINE_TOO_LONG: {
    code: 'LINE_TOO_LONG',
    problem: 'The line is longer than any product needs.',
    remedy: 'Shorten the description, or check that the lines of the file end properly.',
  },
  QUOTE_NOT_CLOSED: {
    code: 'QUOTE_NOT_CLOSED',
    problem: 'A quoted cell begins here and does not end.',
    remedy: 'Close the quotes, and double each quote inside a quoted cell.',
  },
  QUOTE_STRAY: {
    code: 'QUOTE_STRAY',
    problem: 'A quote stands where none may be.',
    remedy: 'Put the cell in quotes, and double each quote inside it: "12"" board".',
  },
};
const REPLACEMENT = '\uFFFD';
// Line ends and tabs are the only control characters that text needs.
const CONTROL = /[^\P{Cc}\t\n]/u;

/** Why a row could not be taken apart, or null. */
export function faultProblem(record: CsvRecord, columns?: Columns): RowProblem | null {
  if (record.fault === null) return null;
  const spoilt = record.cells.findIndex((cell) => cell.includes(REPLACEMENT));
  const column = record.fault === 'ENCODING_INVALID' ? (columns?.titles[spoilt] ?? null) : null;
  return { line: record.first, column, ...FAULTS[record.fault] };
}

export function reportRowShape(row: Row, record: CsvRecord, columns: Columns): void {
  // Cells missing at the end are empty ones; a full cell beyond the last column is a shift.
  const extra = record.cells.slice(columns.count).find((cell) => cell.trim() !== '');
  if (extra !== undefined) {
    row.report(null, extra, {
      code: 'CELLS_EXTRA',
      problem: `The row has more cells than the first line names columns (${columns.count}).`,
      remedy: 'Put cells that hold commas in quotes.',
    });
  }
  for (const [index, cell] of record.cells.entries()) {
    if (!CONTROL.test(cell)) continue;
    row.report(columns.titles[index] ?? null, cell.replaceAll(new RegExp(CONTROL, 'gu'), '?'), {
      code: cell.includes('\u0000') ? 'NUL_BYTE' : 'CONTROL_CHARACTER',
      problem: 'The text holds an invisible control character.',
      remedy: 'Type the text again, or paste it without formatting.',
    });
  }
}
