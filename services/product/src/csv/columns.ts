import type { RowProblem } from './csv-product.ts';

/** The columns of Shopify's product CSV that carry a meaning here, by their exact titles. */
export const KNOWN_COLUMNS = [
  'Handle',
  'Title',
  'Body (HTML)',
  'Vendor',
  'Type',
  'Tags',
  'Published',
  'Option1 Name',
  'Option1 Value',
  'Option2 Name',
  'Option2 Value',
  'Option3 Name',
  'Option3 Value',
  'Option4 Name',
  'Option4 Value',
  'Variant SKU',
  'Variant Grams',
  'Variant Inventory Tracker',
  'Variant Inventory Qty',
  'Variant Inventory Policy',
  'Variant Price',
  'Variant Compare At Price',
  'Variant Requires Shipping',
  'Variant Taxable',
  'Variant Barcode',
  'Image Src',
  'Image Position',
  'Image Alt Text',
  'Gift Card',
  'SEO Title',
  'SEO Description',
  'Variant Image',
  'Variant Weight Unit',
  'Variant Tax Code',
  'Status',
] as const;

export type ColumnName = (typeof KNOWN_COLUMNS)[number];

export interface Columns {
  readonly count: number;
  readonly indexOf: ReadonlyMap<ColumnName, number>;
  /** The titles as the file writes them, to name a cell that has no known column. */
  readonly titles: readonly string[];
}

const REQUIRED: readonly ColumnName[] = ['Handle', 'Title', 'Variant Price'];
const OTHER_DELIMITERS = [
  { delimiter: ';', name: 'semicolons' },
  { delimiter: '\t', name: 'tabs' },
  { delimiter: '|', name: 'bars' },
];
const BY_LOWER_CASE: ReadonlyMap<string, ColumnName> = new Map(
  KNOWN_COLUMNS.map((name) => [name.toLowerCase(), name]),
);

/** Finds the columns by title, in any order and case; columns without a meaning are left alone. */
export function readHeader(
  cells: readonly string[],
  line: number,
): { readonly columns: Columns; readonly problems: readonly RowProblem[] } {
  const indexOf = new Map<ColumnName, number>();
  const problems: RowProblem[] = [];
  for (const [index, cell] of cells.entries()) {
    const name = BY_LOWER_CASE.get(cell.trim().toLowerCase());
    if (name === undefined) continue;
    if (indexOf.has(name)) problems.push(repeated(name, line));
    else indexOf.set(name, index);
  }
  const wrong = indexOf.has('Handle') ? null : wrongDelimiter(cells, line);
  if (wrong !== null) problems.push(wrong);
  else problems.push(...missing(indexOf, line));
  return { columns: { count: cells.length, indexOf, titles: cells }, problems };
}

function missing(indexOf: ReadonlyMap<ColumnName, number>, line: number): RowProblem[] {
  return REQUIRED.filter((name) => !indexOf.has(name)).map((name) => ({
    line,
    column: name,
    code: 'COLUMN_MISSING',
    problem: `The column “${name}” is missing.`,
    remedy: 'Add it to the first line; an export of this marketplace shows all columns.',
  }));
}

function repeated(name: ColumnName, line: number): RowProblem {
  return {
    line,
    column: name,
    code: 'COLUMN_REPEATED',
    problem: `The column “${name}” appears twice.`,
    remedy: 'Keep one of the two, so that it is clear which values count.',
  };
}

function wrongDelimiter(cells: readonly string[], line: number): RowProblem | null {
  const text = cells.join(',');
  const found = OTHER_DELIMITERS.find(({ delimiter }) =>
    text.split(delimiter).some((title) => title.trim().toLowerCase() === 'handle'),
  );
  if (found === undefined) return null;
  return {
    line,
    column: null,
    code: 'DELIMITER_WRONG',
    problem: `The columns are separated by ${found.name} instead of commas.`,
    remedy: 'Save the file again as CSV with commas between the columns.',
  };
}
