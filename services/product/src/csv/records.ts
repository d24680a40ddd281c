import { parse } from 'csv-parse/sync';
import { LIMITS } from './limits.ts';
import type { Line, LineFault } from './lines.ts';

export type RecordFault = LineFault | 'QUOTE_NOT_CLOSED' | 'QUOTE_STRAY';

/** One row of the file, which spans several lines where a quoted cell does. */
export interface CsvRecord {
  /** With a fault: as far as they could be told apart. */
  readonly cells: readonly string[];
  readonly first: number;
  readonly last: number;
  readonly fault: RecordFault | null;
}

interface Span {
  readonly lines: readonly Line[];
  readonly fault: RecordFault | null;
}

const BATCH = 256;
const OPEN: RecordFault = 'QUOTE_NOT_CLOSED';

/**
 * Groups lines into rows and takes the rows apart. A row is complete when the quotes on its lines
 * are even in number; complete rows are handed to the parser in batches, which is seven times as
 * fast as one by one. A row that the parser refuses costs only its first line: reading goes on
 * with the next one, so that a forgotten quote cannot swallow the rest of the file.
 */
export async function* readRecords(source: AsyncIterable<Line[]>): AsyncGenerator<CsvRecord> {
  let waiting: readonly Line[] = [];
  for await (const lines of source) {
    waiting = yield* drain(waiting.length === 0 ? lines : [...waiting, ...lines], false);
  }
  yield* drain(waiting, true);
}

/** Gives all records that are complete; returns the lines that wait for more. */
function* drain(lines: readonly Line[], atEnd: boolean): Generator<CsvRecord, readonly Line[]> {
  let at = 0;
  while (at < lines.length) {
    const spans: Span[] = [];
    let end = at;
    while (spans.length < BATCH) {
      const span = nextSpan(lines, end, atEnd);
      if (span === null) break;
      end += span.lines.length;
      if (!isBlank(span)) spans.push(span);
    }
    if (end === at) break;
    const { records, resumeAt } = tokenise(spans);
    yield* records;
    at = resumeAt === null ? end : indexOfLine(lines, resumeAt);
  }
  return lines.slice(at);
}

function nextSpan(lines: readonly Line[], start: number, atEnd: boolean): Span | null {
  let quotes = 0;
  let size = 0;
  for (let index = start; index < lines.length; index += 1) {
    const line = lines[index];
    if (line === undefined) break;
    if (line.fault === 'LINE_TOO_LONG') {
      return { lines: lines.slice(start, index + 1), fault: line.fault };
    }
    quotes += countQuotes(line.text);
    size += line.text.length + 1;
    if (quotes % 2 === 0) {
      const span = lines.slice(start, index + 1);
      return { lines: span, fault: span.find(({ fault }) => fault !== null)?.fault ?? null };
    }
    if (size > LIMITS.recordSize) return { lines: lines.slice(start, start + 1), fault: OPEN };
  }
  if (!atEnd || start >= lines.length) return null;
  return { lines: lines.slice(start, start + 1), fault: OPEN };
}

/** `resumeAt` is the number of the line to go on with when the spans turned out to be wrong. */
function tokenise(spans: readonly Span[]): { records: CsvRecord[]; resumeAt: number | null } {
  const rows = spans.every(isTokenisable) ? parseRows(spans.map(textOf).join('\n')) : null;
  if (rows?.length === spans.length) {
    return { records: spans.map((span, index) => record(span, rows[index] ?? [])), resumeAt: null };
  }
  const records: CsvRecord[] = [];
  for (const span of spans) {
    const cells = isTokenisable(span) ? parseRows(textOf(span))?.[0] : looseCells(span);
    if (cells !== undefined) {
      records.push(record(span, cells));
      continue;
    }
    const firstLine = { lines: span.lines.slice(0, 1), fault: 'QUOTE_STRAY' as const };
    records.push(record(firstLine, looseCells(firstLine)));
    const next = span.lines[1];
    if (next !== undefined) return { records, resumeAt: next.number };
  }
  return { records, resumeAt: null };
}

function isTokenisable({ fault }: Span): boolean {
  return fault === null || fault === 'ENCODING_INVALID';
}

function parseRows(text: string): string[][] | undefined {
  try {
    return parse(text, { relax_column_count: true, record_delimiter: '\n' });
  } catch {
    return undefined;
  }
}

/** The cells of a row that breaks the rules of quoting, to learn which product it belongs to. */
function looseCells(span: Span): string[] {
  return (span.lines[0]?.text ?? '').split(',').map((cell) => cell.replaceAll('"', ''));
}

function record(span: Span, cells: readonly string[]): CsvRecord {
  const first = span.lines[0]?.number ?? 0;
  return { cells, first, last: span.lines.at(-1)?.number ?? first, fault: span.fault };
}

function textOf(span: Span): string {
  return span.lines.length === 1
    ? (span.lines[0]?.text ?? '')
    : span.lines.map(({ text }) => text).join('\n');
}

function isBlank(span: Span): boolean {
  return span.lines.length === 1 && span.lines[0]?.text.trim() === '';
}

function indexOfLine(lines: readonly Line[], number: number): number {
  return number - (lines[0]?.number ?? number);
}

function countQuotes(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) count += 1;
  return count;
}
