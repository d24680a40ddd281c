import { type Columns, readHeader } from './columns.ts';
import type { CsvItem, ReadOptions, ReadTally, RowProblem } from './csv-product.ts';
import { LIMITS } from './limits.ts';
import { readLines } from './lines.ts';
import { ProductAssembly } from './product-assembly.ts';
import { type CsvRecord, readRecords } from './records.ts';
import { faultProblem } from './row-faults.ts';

const FILE_EMPTY: RowProblem = {
  line: 1,
  column: null,
  code: 'FILE_EMPTY',
  problem: 'The file is empty.',
  remedy: 'Export the products again; the first line names the columns.',
};
const NO_ROWS: RowProblem = {
  line: 1,
  column: null,
  code: 'NO_ROWS',
  problem: 'The file names its columns but holds no products.',
  remedy: 'Add at least one row below the first line.',
};

/**
 * Reads Shopify's product CSV as a stream. Rows that follow each other with the same handle make
 * a product; it is given out once the next handle begins. A product with a problem in any of its
 * rows is left out whole, and all its problems are given; all other products are. Nothing in the
 * file makes it throw: only the source can.
 */
export async function* readProducts(
  source: AsyncIterable<Uint8Array>,
  options: ReadOptions,
): AsyncGenerator<CsvItem> {
  const maxErrors = options.maxErrors ?? LIMITS.errors;
  const tally = options.tally ?? { rows: 0, skipped: 0 };
  let errors = 0;
  for await (const item of readAll(source, { ...options, tally })) {
    if (item.kind === 'problem' && errors === maxErrors) {
      yield asItem(tooManyProblems(item.problem.line, maxErrors));
      return;
    }
    if (item.kind === 'problem') errors += 1;
    yield item;
  }
}

async function* readAll(
  source: AsyncIterable<Uint8Array>,
  options: ReadOptions & { readonly tally: ReadTally },
): AsyncGenerator<CsvItem> {
  const { tally } = options;
  const maxRows = options.maxRows ?? LIMITS.rows;
  let assembly: ProductAssembly | null = null;
  let rows = 0;
  for await (const record of readRecords(readLines(source))) {
    if (assembly === null) {
      const { columns, problems } = openFile(record);
      yield* problems.map(asItem);
      if (problems.length > 0) return;
      assembly = new ProductAssembly(columns, options.currency);
      continue;
    }
    if (record.fault === null && record.cells.every((cell) => cell.trim() === '')) continue;
    rows += 1;
    if (rows > maxRows) {
      yield* assembly.end(tally);
      yield asItem(tooManyRows(record.first, maxRows));
      return;
    }
    tally.rows = rows;
    yield* assembly.add(record, tally);
  }
  if (assembly === null) yield asItem(FILE_EMPTY);
  else if (rows === 0) yield asItem(NO_ROWS);
  else yield* assembly.end(tally);
}

function asItem(problem: RowProblem): CsvItem {
  return { kind: 'problem', problem };
}

function openFile(record: CsvRecord): { columns: Columns; problems: readonly RowProblem[] } {
  const header = readHeader(record.cells, record.first);
  const fault = faultProblem(record);
  return fault === null ? header : { ...header, problems: [fault] };
}

function tooManyProblems(line: number, max: number): RowProblem {
  return {
    line,
    column: null,
    code: 'TOO_MANY_PROBLEMS',
    problem: `The file has more than ${max} problems; the rest of it was not read.`,
    remedy: 'Correct these, then import the file again: products that are in are not doubled.',
  };
}

function tooManyRows(line: number, max: number): RowProblem {
  return {
    line,
    column: null,
    code: 'TOO_MANY_ROWS',
    problem: `The file has more than ${max} rows; the rest of it was not read.`,
    remedy: 'Split the file between two products, with the first line at the top of each part.',
  };
}
