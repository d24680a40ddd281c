import type { CurrencyCode, OrderGroupId, OrderId, VendorId } from '@mkt/kernel';
import type { Tx } from '@mkt/service-kit';
import type { OrderStatus } from '../domain/order.ts';

export interface OrderListing {
  readonly orderId: OrderId;
  readonly groupId: OrderGroupId;
  readonly number: string;
  readonly vendorId: VendorId;
  readonly status: OrderStatus;
  readonly currency: CurrencyCode;
  readonly payableMinor: number;
  readonly recipient: string;
  readonly units: number;
  readonly placedAt: Date;
}

const listSql = `
  SELECT o.id AS "orderId", o.group_id AS "groupId", o.number, o.vendor_id AS "vendorId",
    o.status, o.currency, o.payable_minor AS "payableMinor",
    o.shipping_address ->> 'name' AS recipient, o.placed_at AS "placedAt",
    (SELECT COALESCE(sum(l.quantity), 0) FROM order_lines l
     WHERE l.order_id = o.id AND l.kind = 'line') AS units
  FROM orders o
  WHERE ($1::uuid IS NULL OR o.vendor_id = $1)
    AND ($2::text IS NULL OR o.status = $2)
    AND ($3::timestamptz IS NULL OR (o.placed_at, o.id) < ($3, $4::uuid))
  ORDER BY o.placed_at DESC, o.id DESC LIMIT $5`;

/** The newest first; one more than the limit, to tell whether there is a next page. */
export async function listOrders(
  tx: Pick<Tx, 'query'>,
  wanted: {
    readonly vendorId: VendorId | null;
    readonly status: OrderStatus | null;
    readonly before: readonly [at: string, id: string] | null;
    readonly limit: number;
  },
): Promise<OrderListing[]> {
  const { vendorId, status, before, limit } = wanted;
  const [at, id] = before ?? [null, null];
  const rows = await tx.query(listSql, [vendorId, status, at, id, limit + 1]);
  return rows as unknown as OrderListing[];
}
