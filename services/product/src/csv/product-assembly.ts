import type { CurrencyCode } from '@mkt/kernel';
import { type Row, toRow } from './cells.ts';
import type { Columns } from './columns.ts';
import type { CsvItem, ReadTally, RowProblem } from './csv-product.ts';
import { isHandle } from './product-head.ts';
import { gatherProduct, type ProductRows } from './product-rows.ts';
import type { CsvRecord } from './records.ts';
import { faultProblem, reportRowShape } from './row-faults.ts';

/** The product whose rows are coming in. */
interface OpenProduct {
  readonly handle: string;
  /** Null when its first row could not be read as a product. */
  readonly rows: ProductRows | null;
  /** Once true the product is left out; its rows are still checked. */
  spoilt: boolean;
  readonly first: number;
  last: number;
}

/** Gathers consecutive rows into products, and says what stands in the way of each. */
export class ProductAssembly {
  private readonly columns: Columns;
  private readonly currency: CurrencyCode;
  // All that grows with the file: one handle per product.
  private readonly seen = new Set<string>();
  private open: OpenProduct | null = null;
  private problems: RowProblem[] = [];

  constructor(columns: Columns, currency: CurrencyCode) {
    this.columns = columns;
    this.currency = currency;
  }

  /** What is certain after this row: its problems, and the product that it ended. */
  add(record: CsvRecord, tally: ReadTally): CsvItem[] {
    this.problems = [];
    const row = toRow(record, this.columns, (problem) => this.problems.push(problem));
    const handle = row.cell('Handle');
    let ended: CsvItem[] = [];
    if (this.open !== null && handle !== '' && handle === this.open.handle) {
      this.continueProduct(this.open, row, record);
    } else if (isStray(row, record)) {
      this.report(record, () => reportHandle(row));
    } else {
      ended = this.end(tally);
      this.open = this.startProduct(handle, row, record);
    }
    // A stray row may have been meant for the product before it, which is then not complete.
    if (this.open !== null && this.problems.length > 0) this.open.spoilt = true;
    return [...ended, ...this.problems.map((problem) => ({ kind: 'problem' as const, problem }))];
  }

  /** The product whose last row has been seen, if it can be imported. */
  end(tally: ReadTally): CsvItem[] {
    const done = this.open;
    this.open = null;
    if (done === null) return [];
    if (done.spoilt || done.rows === null) {
      tally.skipped += 1;
      return [];
    }
    const rows = { first: done.first, last: done.last };
    return [{ kind: 'product', product: done.rows.toProduct(), rows }];
  }

  private startProduct(handle: string, row: Row, record: CsvRecord): OpenProduct {
    const before = this.seen.has(handle);
    if (handle !== '') this.seen.add(handle);
    let rows: ProductRows | null = null;
    if (before) this.report(record, () => reportHandleRepeated(row));
    else {
      this.report(record, () => {
        reportHandle(row);
        reportRowShape(row, record, this.columns);
        rows = gatherProduct(row, this.currency);
      });
    }
    return { handle, rows, spoilt: false, first: record.first, last: record.last };
  }

  private continueProduct(open: OpenProduct, row: Row, record: CsvRecord): void {
    open.last = record.last;
    if (open.rows === null) return;
    this.report(record, () => {
      reportRowShape(row, record, this.columns);
      open.rows?.add(row);
    });
  }

  /** A row that could not be taken apart has that one problem; its cells mean nothing. */
  private report(record: CsvRecord, check: () => void): void {
    const fault = faultProblem(record, this.columns);
    if (fault === null) check();
    else this.problems.push(fault);
  }
}

/** Names no product, and does not begin one either. */
function isStray(row: Row, record: CsvRecord): boolean {
  if (isHandle(row.cell('Handle'))) return false;
  return record.fault !== null || row.cell('Title') === '';
}

function reportHandle(row: Row): void {
  const handle = row.cell('Handle');
  if (isHandle(handle)) return;
  row.report('Handle', handle, {
    code: handle === '' ? 'HANDLE_MISSING' : 'HANDLE_INVALID',
    problem:
      handle === '' ? 'The row does not say which product it belongs to.' : 'This is no handle.',
    remedy: 'Write lower-case letters, digits and hyphens, such as morning-mug.',
  });
}

function reportHandleRepeated(row: Row): void {
  row.report('Handle', row.cell('Handle'), {
    code: 'HANDLE_REPEATED',
    problem: 'The product appeared further up, with others in between; these rows are left out.',
    remedy: 'Put all rows of a product one below the other.',
  });
}
