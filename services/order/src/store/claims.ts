import type { CartId } from '@mkt/kernel';
import type { Database } from '@mkt/service-kit';
import type { Holder } from '../domain/rival.ts';

// A placed group is stored with its shopper; before that the draft of the checkout has it.
const holderSql = `
  SELECT s.state, g.number,
    COALESCE(g.shopper_id, (s.state #>> '{draft,shopperId}')::uuid) AS "shopperId"
  FROM sagas s LEFT JOIN order_groups g ON g.id = s.id
  WHERE s.kind = 'checkout' AND s.claim = $1`;

/** The checkout that holds a cart, if any does. */
export async function findHolder(db: Database, cartId: CartId): Promise<Holder | undefined> {
  const [row] = await db.query(holderSql, [cartId]);
  return row as Holder | undefined;
}
