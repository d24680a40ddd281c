import type { Database, Tx } from '@mkt/service-kit';

type Query = Pick<Database | Tx, 'query'>;

/** What PostgreSQL knows of a transaction that wrote documents. */
export type Outcome = 'committed' | 'aborted' | 'running';

const lockOf = (id: string): string => `hashtextextended(${id}::text, 0)`;

/**
 * Before the first document: the row that will say that the transaction committed, and a lock that
 * says that it has not ended. Both go with the transaction, however it ends.
 */
export async function beginWriting(tx: Tx, id: string, collection: string): Promise<void> {
  await tx.query(
    `INSERT INTO document_commits (id, collection)
     SELECT $1::uuid, $2 FROM pg_advisory_xact_lock(${lockOf('$1::uuid')})`,
    [id, collection],
  );
}

/** Those of the transactions that have committed. */
export async function committedOf(
  { query }: Query,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await query('SELECT id FROM document_commits WHERE id = ANY($1)', [ids]);
  return new Set(rows.map(({ id }) => id as string));
}

/** Waits for another transaction to end; PostgreSQL ends a wait of two for each other. */
export async function waitForEnd(tx: Tx, id: string): Promise<Outcome> {
  await tx.query(`SELECT pg_advisory_xact_lock_shared(${lockOf('$1::uuid')})`, [id]);
  // A statement of its own: its view of the table is younger than the end of that transaction.
  return (await committedOf(tx, [id])).has(id) ? 'committed' : 'aborted';
}

/** What became of transactions, without waiting for those that have not ended. */
export async function outcomesOf(
  db: Query,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Outcome>> {
  if (ids.length === 0) return new Map();
  const rows = await db.query(
    `SELECT id, pg_try_advisory_xact_lock_shared(${lockOf('id')}) AS ended
     FROM unnest($1::uuid[]) AS id`,
    [ids],
  );
  const ended = rows.filter(({ ended: has }) => has === true).map(({ id }) => id as string);
  const committed = await committedOf(db, ended);
  const known = new Set(ended);
  const outcomeOf = (id: string): Outcome => {
    if (!known.has(id)) return 'running';
    return committed.has(id) ? 'committed' : 'aborted';
  };
  return new Map(ids.map((id) => [id, outcomeOf(id)]));
}

/** No read lasts as long: nobody asks any more for a transaction whose documents are settled. */
const keptFor = '1 hour';
const maxForgotten = 10_000;

/** Transactions that are old enough to be forgotten once none of their documents is in doubt. */
export async function forgettable(db: Database, collection: string): Promise<string[]> {
  const rows = await db.query(
    `SELECT id FROM document_commits
     WHERE collection = $1 AND committed_at < now() - interval '${keptFor}'
     ORDER BY committed_at LIMIT ${maxForgotten}`,
    [collection],
  );
  return rows.map(({ id }) => id as string);
}

export async function forget(db: Database, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await db.query('DELETE FROM document_commits WHERE id = ANY($1)', [ids]);
}
