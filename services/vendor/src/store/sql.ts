import type { Database, Tx } from '@mkt/service-kit';

/** What runs a statement: a transaction, or the platform's own connection. */
export type Sql = Pick<Tx, 'query'> | Pick<Database, 'query'>;
