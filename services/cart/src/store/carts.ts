import type { CartId, CurrencyCode, UserId } from '@mkt/kernel';
import type { Database, Row, Tx } from '@mkt/service-kit';
import type { Cart } from '../domain/cart.ts';

type Statements = Pick<Tx, 'query'>;

const columns = 'id, owner_id, currency, version, lines, coupon_codes';

/** The open cart of an owner, made where there is none, and locked: its changes come one by one. */
export async function openCart(
  tx: Statements,
  ownerId: UserId,
  fresh: { readonly cartId: CartId; readonly currency: CurrencyCode },
): Promise<Cart> {
  const [row] = await tx.query(
    `INSERT INTO carts (id, owner_id, currency, status) VALUES ($1, $2, $3, 'open')
     ON CONFLICT (owner_id) WHERE status = 'open' DO UPDATE SET owner_id = excluded.owner_id
     RETURNING ${columns}`,
    [fresh.cartId, ownerId, fresh.currency],
  );
  return cartOf(row as Row);
}

/** An open cart, only for its owner; within a transaction locked until its end. */
export async function lockCart(
  tx: Statements,
  cartId: CartId,
  ownerId: UserId,
): Promise<Cart | undefined> {
  const [row] = await tx.query(
    `SELECT ${columns} FROM carts WHERE id = $1 AND owner_id = $2 AND status = 'open' FOR UPDATE`,
    [cartId, ownerId],
  );
  return row && cartOf(row);
}

export async function lockOpenCartOf(tx: Statements, ownerId: UserId): Promise<Cart | undefined> {
  const [row] = await tx.query(
    `SELECT ${columns} FROM carts WHERE owner_id = $1 AND status = 'open' FOR UPDATE`,
    [ownerId],
  );
  return row && cartOf(row);
}

export async function readCart(
  db: Pick<Database, 'query'>,
  cartId: CartId,
  ownerId: UserId,
): Promise<Cart | undefined> {
  const [row] = await db.query(
    `SELECT ${columns} FROM carts WHERE id = $1 AND owner_id = $2 AND status = 'open'`,
    [cartId, ownerId],
  );
  return row && cartOf(row);
}

export async function readOpenCartOf(
  db: Pick<Database, 'query'>,
  ownerId: UserId,
): Promise<Cart | undefined> {
  const [row] = await db.query(
    `SELECT ${columns} FROM carts WHERE owner_id = $1 AND status = 'open'`,
    [ownerId],
  );
  return row && cartOf(row);
}

/** Stores lines and coupons as the next version. The caller holds the row's lock. */
export async function saveCart(tx: Statements, cart: Cart): Promise<Cart> {
  await tx.query(
    `UPDATE carts SET lines = $2, coupon_codes = $3, version = $4, updated_at = now()
     WHERE id = $1`,
    [cart.cartId, JSON.stringify(cart.lines), JSON.stringify(cart.couponCodes), cart.version + 1],
  );
  return { ...cart, version: cart.version + 1 };
}

/** Closes those that are open and their owner's; as they were. */
export async function orderCarts(
  tx: Statements,
  all: readonly { readonly cartId: CartId; readonly ownerId: UserId }[],
): Promise<Cart[]> {
  const rows = await tx.query(
    `WITH open AS MATERIALIZED (
       SELECT c.id FROM unnest($1::uuid[], $2::uuid[]) AS o(id, owner_id)
       JOIN carts c ON c.id = o.id AND c.owner_id = o.owner_id AND c.status = 'open'
       ORDER BY c.id FOR UPDATE OF c)
     UPDATE carts SET status = 'ordered', updated_at = now()
     WHERE id IN (SELECT id FROM open) AND status = 'open' RETURNING ${columns}`,
    [all.map(({ cartId }) => cartId), all.map(({ ownerId }) => ownerId)],
  );
  return rows.map(cartOf);
}

export async function markMerged(tx: Statements, cartId: CartId, into: CartId): Promise<void> {
  await tx.query(
    `UPDATE carts SET status = 'merged', merged_into = $2, updated_at = now() WHERE id = $1`,
    [cartId, into],
  );
}

/** The open cart that a cart of this owner was merged into at log-in, locked. */
export async function lockMergedCart(
  tx: Statements,
  cartId: CartId,
  ownerId: UserId,
): Promise<Cart | undefined> {
  const [row] = await tx.query(
    `SELECT ${columns} FROM carts WHERE status = 'open' AND id = (
       SELECT merged_into FROM carts WHERE id = $1 AND owner_id = $2 AND status = 'merged')
     FOR UPDATE`,
    [cartId, ownerId],
  );
  return row && cartOf(row);
}

function cartOf(row: Row): Cart {
  return {
    cartId: row.id,
    ownerId: row.owner_id,
    currency: row.currency,
    version: row.version,
    lines: row.lines,
    couponCodes: row.coupon_codes,
  };
}
