import type { Address, Quote } from '@mkt/contracts';
import type { CartId, CurrencyCode, OrderGroupId, OrderId, UserId, VendorId } from '@mkt/kernel';
import type { Database, Row, Tx } from '@mkt/service-kit';
import type { CheckoutState, PaymentFacts } from '../domain/checkout.ts';
import type { OrderStatus } from '../domain/order.ts';
import type { GroupStatus } from './groups.ts';

/** A group without its orders. */
export interface Group {
  readonly groupId: OrderGroupId;
  readonly number: string | null;
  readonly status: GroupStatus;
  readonly shopperId: UserId;
  readonly cartId: CartId;
  readonly email: string;
  readonly shippingAddress: Address;
  readonly currency: CurrencyCode;
  readonly terms: Quote['terms'];
  readonly coupons: Quote['coupons'];
  readonly totalMinor: number;
  readonly payment: PaymentFacts | null;
  readonly expiresAt: Date;
  readonly createdAt: Date;
  readonly placedAt: Date | null;
  readonly version: number;
}

/** A checkout that has not come to any end yet has no group: it is shown as it stands. */
export async function findGroup(
  db: Pick<Tx, 'query'>,
  groupId: string,
): Promise<Group | undefined> {
  const [row] = await db.query('SELECT * FROM order_groups WHERE id = $1', [groupId]);
  if (row) return groupOf(row);
  const [saga] = await db.query(
    `SELECT state FROM sagas WHERE kind = 'checkout' AND id = $1 AND finished_at IS NULL`,
    [groupId],
  );
  return saga && groupUnderWay(saga.state as CheckoutState);
}

function groupOf(row: Row): Group {
  return {
    groupId: row.id,
    number: row.number,
    status: row.status,
    shopperId: row.shopper_id,
    cartId: row.cart_id,
    email: row.email,
    shippingAddress: row.shipping_address,
    currency: row.currency,
    terms: row.terms,
    coupons: row.coupons,
    totalMinor: row.total_minor,
    payment: row.payment_id && {
      paymentId: row.payment_id,
      status: row.payment_status,
      declineCode: row.decline_code,
      actionUrl: row.status === 'awaitingPayment' ? row.action_url : null,
    },
    expiresAt: row.expires_at,
    createdAt: row.created_at,
    placedAt: row.placed_at,
    version: row.version,
  };
}

function groupUnderWay(state: CheckoutState): Group | undefined {
  const { draft } = state;
  if (!draft) return undefined;
  const { shopperId, cartId, email, shippingAddress, currency, terms, coupons, totalMinor } = draft;
  return {
    groupId: state.groupId,
    number: null,
    status: 'processing',
    shopperId,
    cartId,
    email,
    shippingAddress,
    currency,
    terms,
    coupons,
    totalMinor,
    payment: null,
    expiresAt: new Date(state.expiresAt),
    createdAt: new Date(state.startedAt),
    placedAt: null,
    version: 0,
  };
}

export interface GroupListing {
  readonly groupId: OrderGroupId;
  readonly number: string;
  readonly status: GroupStatus;
  readonly currency: CurrencyCode;
  readonly totalMinor: number;
  readonly createdAt: Date;
  readonly placedAt: Date | null;
  readonly orders: readonly {
    readonly orderId: OrderId;
    readonly number: string;
    readonly vendorId: VendorId;
    readonly status: OrderStatus;
    readonly payableMinor: number;
  }[];
}

/** Failed and expired attempts are shown only to who asks for them. */
const listSql = `
  SELECT g.id AS "groupId", g.number, g.status, g.currency, g.total_minor AS "totalMinor",
    g.created_at AS "createdAt", g.placed_at AS "placedAt",
    (SELECT COALESCE(jsonb_agg(jsonb_build_object('orderId', o.id, 'number', o.number,
       'vendorId', o.vendor_id, 'status', o.status, 'payableMinor', o.payable_minor)
       ORDER BY o.position), '[]') FROM orders o WHERE o.group_id = g.id) AS orders
  FROM order_groups g
  WHERE g.shopper_id = $1
    AND CASE WHEN $2::text IS NULL THEN g.status NOT IN ('failed', 'expired')
             ELSE g.status = $2 END
    AND ($3::timestamptz IS NULL OR (g.created_at, g.id) < ($3, $4::uuid))
  ORDER BY g.created_at DESC, g.id DESC LIMIT $5`;

export async function listGroups(
  db: Database,
  wanted: {
    readonly shopperId: string;
    readonly status: GroupStatus | null;
    readonly before: readonly [at: string, id: string] | null;
    readonly limit: number;
  },
): Promise<GroupListing[]> {
  const { shopperId, status, before, limit } = wanted;
  const [at, id] = before ?? [null, null];
  const rows = await db.query(listSql, [shopperId, status, at, id, limit + 1]);
  return rows as unknown as GroupListing[];
}
