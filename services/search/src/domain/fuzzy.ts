/** Which letters a word has, as bits. One edit adds at most one bit and removes at most one. */
export function letterMask(word: string): number {
  let mask = 0;
  for (let at = 0; at < word.length; at += 1) mask |= 1 << letterBit(word.charCodeAt(at));
  return mask >>> 0;
}

function letterBit(code: number): number {
  if (code >= 97 && code <= 122) return code - 97;
  return code >= 48 && code <= 57 ? 26 + (code % 5) : 31;
}

/** Whether at most `limit` bits are set, for a limit of 1 or 2. */
export function hasAtMost(limit: number, mask: number): boolean {
  const oneLess = mask & (mask - 1);
  return (limit === 2 ? oneLess & (oneLess - 1) : oneLess) === 0;
}

/** How many typing errors a word of this length may hold. */
export function allowedEdits(length: number): number {
  if (length < 3) return 0;
  return length < 5 ? 1 : 2;
}

const ROW = 48;
const rows = () => [new Uint8Array(ROW), new Uint8Array(ROW), new Uint8Array(ROW)] as const;

/**
 * Damerau-Levenshtein distance with adjacent transpositions, up to `max`; more is `max + 1`.
 * With `prefix`, the distance from `typed` to the nearest beginning of `term`.
 */
export class EditDistance {
  private readonly rows = rows();

  between(typed: string, term: string, max: number, prefix = false): number {
    const width = prefix ? Math.min(term.length, typed.length + max) : term.length;
    if (typed.length - width > max || width - typed.length > max || width >= ROW) return max + 1;
    let [before, above, row] = this.rows as readonly [Uint8Array, Uint8Array, Uint8Array];
    for (let j = 0; j <= width; j += 1) above[j] = j;
    for (let i = 1; i <= typed.length; i += 1) {
      if (fillRow(typed, term, { i, width, before, above, row }) > max) return max + 1;
      [before, above, row] = [above, row, before];
    }
    return Math.min(max + 1, prefix ? least(above, width) : (above[width] as number));
  }
}

interface RowWork {
  readonly i: number;
  readonly width: number;
  readonly before: Uint8Array;
  readonly above: Uint8Array;
  readonly row: Uint8Array;
}

/** Fills one row of the table and returns its least value, below which no end result falls. */
function fillRow(typed: string, term: string, work: RowWork): number {
  const { i, width, before, above, row } = work;
  const letter = typed.charCodeAt(i - 1);
  const previous = i > 1 ? typed.charCodeAt(i - 2) : -1;
  row[0] = i;
  let lowest = i;
  for (let j = 1; j <= width; j += 1) {
    const other = term.charCodeAt(j - 1);
    let cost = (above[j - 1] as number) + (letter === other ? 0 : 1);
    cost = Math.min(cost, (above[j] as number) + 1, (row[j - 1] as number) + 1);
    if (j > 1 && letter === term.charCodeAt(j - 2) && previous === other) {
      cost = Math.min(cost, (before[j - 2] as number) + 1);
    }
    row[j] = cost;
    if (cost < lowest) lowest = cost;
  }
  return lowest;
}

function least(row: Uint8Array, width: number): number {
  let lowest = 255;
  for (let j = 0; j <= width; j += 1) lowest = Math.min(lowest, row[j] as number);
  return lowest;
}
