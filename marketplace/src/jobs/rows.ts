/** How many rows each table has, by `schema.table`. */
export type Rows = ReadonlyMap<string, number>;

/** What a dump says of itself, in the file beside it. */
export interface DumpRows {
  readonly dumpedAt: Date;
  readonly rows: Rows;
}

interface Statements {
  query(sql: string): Promise<{ readonly rows: readonly Record<string, unknown>[] }>;
}

export async function rowsOf(client: Statements): Promise<Rows> {
  const { rows: tables } = await client.query(
    `SELECT schemaname || '.' || tablename AS name, format('%I.%I', schemaname, tablename) AS quoted
      FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
      ORDER BY schemaname, tablename`,
  );
  const counts = new Map<string, number>();
  for (const { name, quoted } of tables) {
    const { rows } = await client.query(`SELECT count(*) AS n FROM ${String(quoted)}`);
    counts.set(String(name), Number(rows[0]?.['n']));
  }
  return counts;
}

/**
 * Lines of a name, a tab and a value: `dumped_at` with a time first, then a table with its rows
 * each. Undefined where it is anything else, or says nothing of any table.
 */
export function readDumpRows(text: string): DumpRows | undefined {
  const lines = text.split('\n').filter((line) => line !== '');
  const pairs = lines.map((line) => line.split('\t'));
  const [[label, time = ''] = [], ...tables] = pairs;
  const rows = new Map(tables.map(([name = '', count = '']) => [name, count]));
  const isWhole = tables.every(
    ([, count, more]) => /^\d+$/.test(count ?? '') && more === undefined,
  );
  const dumpedAt = new Date(time);
  if (label !== 'dumped_at' || Number.isNaN(dumpedAt.getTime()) || !isWhole || rows.size === 0) {
    return undefined;
  }
  return { dumpedAt, rows: new Map([...rows].map(([name, count]) => [name, Number(count)])) };
}

/** What the copy lacks, or has more: one line each. */
export function differences(original: Rows, copy: Rows): readonly string[] {
  const names = [...new Set([...original.keys(), ...copy.keys()])].toSorted();
  return names.flatMap((name) => {
    const [before, after] = [original.get(name), copy.get(name)];
    return before === after
      ? []
      : [`${name}: ${before ?? 'no table'} rows dumped, ${after ?? 'no table'} restored`];
  });
}
