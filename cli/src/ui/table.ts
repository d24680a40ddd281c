import { clipped, padded, plain, widthOf } from './text.ts';

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string | number | null | undefined;
  readonly align?: 'left' | 'right';
  /** Gives way where the terminal is too narrow. Ids and amounts never do: half of one is none. */
  readonly flexible?: boolean;
}

export interface TableOptions {
  /** Columns of the terminal; undefined where nobody looks, and nothing is cut. */
  readonly width: number | undefined;
  readonly emphasize: (title: string) => string;
}

const gap = '  ';
const narrowest = 6;

/** Rows under titles, as wide as they need to be and as the terminal lets them. */
export function table<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  options: TableOptions,
): string {
  const cells = rows.map((row) => columns.map(({ value }) => plain(String(value(row) ?? '-'))));
  const widths = fitted(columns, cells, options.width);
  const line = (texts: readonly string[]) =>
    texts
      .map((text, at) => {
        const width = widths[at] ?? 0;
        return padded(clipped(text, width), width, columns[at]?.align ?? 'left');
      })
      .join(gap)
      .trimEnd();
  const head = options.emphasize(line(columns.map(({ title }) => title)));
  return [head, ...cells.map(line)].join('\n');
}

/** The widest of the flexible columns gives way, column by column, until the table fits. */
function fitted<Row>(
  columns: readonly Column<Row>[],
  cells: readonly (readonly string[])[],
  available: number | undefined,
): number[] {
  const widths = columns.map(({ title }, at) =>
    cells.reduce((most, row) => Math.max(most, widthOf(row[at] ?? '')), widthOf(title)),
  );
  if (available === undefined) return widths;
  const gaps = gap.length * (columns.length - 1);
  let excess = widths.reduce((sum, width) => sum + width, gaps) - available;
  while (excess > 0) {
    const widest = widestFlexible(columns, widths);
    if (widest === undefined) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}

function widestFlexible<Row>(
  columns: readonly Column<Row>[],
  widths: readonly number[],
): number | undefined {
  let widest: number | undefined;
  for (const [at, width] of widths.entries()) {
    if (!columns[at]?.flexible || width <= narrowest) continue;
    if (widest === undefined || width > (widths[widest] ?? 0)) widest = at;
  }
  return widest;
}

/** Names and values under each other, for one thing with many properties. */
export function properties(
  entries: readonly (readonly [name: string, value: string | number | null | undefined])[],
  emphasize: (name: string) => string,
): string {
  const width = Math.max(...entries.map(([name]) => widthOf(name)));
  return entries
    .map(
      ([name, value]) =>
        `${emphasize(padded(name, width, 'left'))}  ${plain(String(value ?? '-'))}`,
    )
    .join('\n');
}
