import pg from 'pg';

/** How many rows each table has, by `schema.table`. */
export type Rows = ReadonlyMap<string, number>;

export async function rowsOf(client: pg.Client): Promise<Rows> {
  const { rows: tables } = await client.query<{ schema: string; name: string }>(
    `SELECT schemaname AS schema, tablename AS name FROM pg_tables
      WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2`,
  );
  const counts = new Map<string, number>();
  for (const { schema, name } of tables) {
    const table = `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`;
    const { rows } = await client.query<{ n: string }>(`SELECT count(*) AS n FROM ${table}`);
    counts.set(`${schema}.${name}`, Number(rows[0]?.n));
  }
  return counts;
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
