import { randomUUID } from 'node:crypto';
import type { SuiteDatabase } from '../tests/support/backend.ts';

type Json = Record<string, unknown>;

/** The rows of one table that a piece of work wrote. */
export interface WrittenTable {
  /** With its schema, quoted where it must be. */
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: readonly Json[];
}

const uuidPattern = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** All rows that the work inserted or changed, as they stand after it. */
export async function rowsWrittenBy(
  database: SuiteDatabase,
  work: () => Promise<void>,
): Promise<WrittenTable[]> {
  const [start] = await database.query('SELECT pg_current_xact_id()::text AS xid');
  await work();
  const tables = await database.query(tablesSql);
  const written: WrittenTable[] = [];
  for (const { name, columns } of tables as { name: string; columns: string[] }[]) {
    const found = await database.query(
      `SELECT to_jsonb(t) AS row FROM ${name} t WHERE t.xmin::text::bigint > $1::bigint`,
      [start?.['xid']],
    );
    const rows = found.map(({ row }) => row as Json);
    if (rows.length > 0) written.push({ table: name, columns, rows });
  }
  return written;
}

/** Tables of the services, with the columns that can be written. */
const tablesSql = `
  SELECT format('%I.%I', n.nspname, c.relname) AS name,
         array_agg(a.attname::text ORDER BY a.attnum) AS columns
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                     AND a.attgenerated = ''
  WHERE c.relkind = 'r' AND n.nspname NOT IN ('mkt', 'pg_catalog', 'information_schema')
    AND n.nspname NOT LIKE 'pg_%' AND n.nspname <> 'bare'
  GROUP BY 1 ORDER BY 1`;

/**
 * The same rows for a made-up repetition: ids are other ones, and words and numbers that an index
 * holds to be unique have a suffix.
 */
export interface Template {
  readonly tables: readonly Pick<WrittenTable, 'table' | 'columns'>[];
  /**
   * One JSON array of rows per table; `number` tells the copies apart. Ids that are given take the
   * place of the template's; its own others are made up.
   */
  copy(number: number, given?: ReadonlyMap<string, string>): string[];
}

/** `isOwn` says which ids are the work's own; others stay what they are in every copy. */
export async function templateOf(
  database: SuiteDatabase,
  written: readonly WrittenTable[],
  isOwn: (id: string) => boolean,
): Promise<Template> {
  const unique = await uniqueIndexes(database);
  const texts = written.map((each) => JSON.stringify(markUnique(each, unique, isOwn)));
  const ids = new Set(texts.flatMap((text) => text.match(uuidPattern) ?? []));
  const fresh = [...ids].filter(isOwn);
  const slots = new Map(fresh.map((id, at) => [id, at]));
  const pieces = texts.map((text) => split(text, slots));
  return {
    tables: written,
    copy(number, given) {
      const made = fresh.map((id) => given?.get(id) ?? randomUUID());
      return pieces.map((parts) =>
        parts.map((part) => (typeof part === 'string' ? part : part.fill(made, number))).join(''),
      );
    },
  };
}

interface Slot {
  fill(made: readonly string[], number: number): string;
}

/** Characters that no stored text holds; in JSON they are written as escapes. */
const marks = { word: '\u0001', numeric: '\u0002', bytes: '\u0003' } as const;
const markPattern = new RegExp(`(${uuidPattern.source}|\\\\u000[13]|"\\\\u0002\\d+")`);

function split(text: string, slots: ReadonlyMap<string, number>): (string | Slot)[] {
  return text.split(markPattern).map((part, at) => {
    if (at % 2 === 0) return part;
    if (part === '\\u0001') return { fill: (_, number) => `-${number}` };
    if (part === '\\u0003') {
      return { fill: (_, number) => number.toString(16).padStart(bytesMarkDigits, '0') };
    }
    if (part.startsWith('"\\u0002')) {
      const base = Number(/\d+/.exec(part.slice(7))?.[0]);
      return { fill: (_, number) => String(base + 1_000 * (number + 1)) };
    }
    const slot = slots.get(part);
    return slot === undefined ? part : { fill: (made) => made[slot] ?? part };
  });
}

/**
 * Marks a word or number of each unique index that no id of the work's own makes unique. Rows that
 * only others' ids tell apart were there before and changed: there is no second of them.
 */
function markUnique(
  { table, rows }: WrittenTable,
  unique: ReadonlyMap<string, readonly (readonly string[])[]>,
  isOwn: (id: string) => boolean,
): Json[] {
  const hasOwnId = (value: unknown): boolean => idsIn(value).some(isOwn);
  return rows.flatMap((row) => {
    const marked = { ...row };
    for (const columns of unique.get(table) ?? []) {
      if (columns.some((column) => hasOwnId(row[column]))) continue;
      const ofType = (type: string) => columns.find((column) => typeof row[column] === type);
      const named = ofType('string') ?? ofType('number');
      if (named === undefined) continue;
      if (idsIn(row[named]).length > 0) return [];
      marked[named] = markedValue(row[named]);
    }
    return [marked];
  });
}

const idsIn = (value: unknown): readonly string[] =>
  typeof value === 'string' ? (value.match(uuidPattern) ?? []) : [];

function markedValue(value: unknown): unknown {
  if (typeof value === 'number') return `${marks.numeric}${value}`;
  return `${value}${isBytes(value) ? marks.bytes : marks.word}`;
}

/** PostgreSQL shows bytes in hexadecimal digits, two for each. */
const isBytes = (value: unknown): boolean => typeof value === 'string' && value.startsWith('\\x');
const bytesMarkDigits = 8;

/** Columns of each unique index, by table. */
async function uniqueIndexes(database: SuiteDatabase): Promise<Map<string, string[][]>> {
  const rows = await database.query(`
    SELECT format('%I.%I', n.nspname, c.relname) AS name, array_agg(a.attname::text) AS columns
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
    WHERE i.indisunique GROUP BY i.indexrelid, 1`);
  const found = new Map<string, string[][]>();
  for (const { name, columns } of rows as { name: string; columns: string[] }[]) {
    found.set(name, [...(found.get(name) ?? []), columns]);
  }
  return found;
}
