import pg from 'pg';
import type { Row } from './tx.ts';

export interface Statement {
  readonly sql: string;
  readonly params: readonly unknown[];
  /** Prepared under this name once per connection; unnamed it is planned each time. */
  readonly name: string | undefined;
}

type Answered = (error: Error | null, result: pg.QueryResult) => void;

/** What `pg` makes of a statement, but for its copy of the settings, which costs as much again. */
class NamedQuery extends pg.Query {
  declare name: string | undefined;
  declare callback: Answered | undefined;

  constructor({ sql, params, name }: Statement, answered?: Answered) {
    super(sql, params as unknown[]);
    this.name = name;
    this.callback = answered;
  }
}

export async function sendStatement<R extends Row>(
  client: pg.Pool | pg.PoolClient,
  statement: Statement,
): Promise<R[]> {
  const { rows } = await (client instanceof pg.Pool
    ? // A pool sets the callback itself, and promises what its types do not say.
      (client.query(new NamedQuery(statement)) as unknown as Promise<pg.QueryResult>)
    : answerOf(client, statement));
  return rows;
}

function answerOf(client: pg.PoolClient, statement: Statement): Promise<pg.QueryResult> {
  return new Promise((resolve, reject) => {
    client.query(
      new NamedQuery(statement, (error, result) => {
        if (error) reject(error);
        else resolve(result);
      }),
    );
  });
}
