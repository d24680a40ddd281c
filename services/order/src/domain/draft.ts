import type { Address, FrozenItem, Quote, QuoteItem } from '@mkt/contracts';
import {
  assert,
  type CartId,
  type CurrencyCode,
  type OrderId,
  type OrderLineId,
  type UserId,
  type VendorId,
} from '@mkt/kernel';

/** A vendor's part of a checkout, as it will be stored when the group is placed. */
export interface DraftOrder {
  readonly orderId: OrderId;
  readonly vendorId: VendorId;
  /** From 1: the last part of the order's number. */
  readonly position: number;
  readonly payableMinor: number;
  readonly items: readonly FrozenItem[];
}

/** Everything that a checkout promises, frozen before anything is reserved or paid. */
export interface Draft {
  readonly shopperId: UserId;
  readonly cartId: CartId;
  readonly email: string;
  readonly shippingAddress: Address;
  readonly currency: CurrencyCode;
  readonly terms: Quote['terms'];
  readonly coupons: Quote['coupons'];
  readonly orders: readonly DraftOrder[];
  readonly totalMinor: number;
}

export interface ItemCommission {
  readonly itemId: string;
  readonly commissionBaseMinor: number;
  readonly commissionMinor: number;
  readonly commissionTaxMinor: number;
}

export interface NewIds {
  orderId(): OrderId;
  lineId(): OrderLineId;
}

/**
 * Moves the items of a quote into one order per vendor, in the order in which the vendors appear in
 * the cart. No amount is computed again: a share is the sum of its own items.
 */
export function draftOrders(
  quote: Quote,
  commissions: readonly ItemCommission[],
  ids: NewIds,
): DraftOrder[] {
  const commissionOf = new Map(commissions.map((commission) => [commission.itemId, commission]));
  const byVendor = Map.groupBy(quote.items, (item) => item.vendorId);
  const orders = [...byVendor].map(([vendorId, items], index) => ({
    orderId: ids.orderId(),
    vendorId,
    position: index + 1,
    payableMinor: items.reduce((sum, item) => sum + item.payableMinor, 0),
    items: goodsFirst(items).map((item) => freeze(item, commissionOf.get(item.itemId), ids)),
  }));
  const total = orders.reduce((sum, order) => sum + order.payableMinor, 0);
  assert(total === quote.totalMinor, `The shares add up to ${total}, not ${quote.totalMinor}`);
  return orders;
}

function goodsFirst(items: readonly QuoteItem[]): QuoteItem[] {
  return items.toSorted((a, b) => Number(a.kind === 'shipping') - Number(b.kind === 'shipping'));
}

function freeze(item: QuoteItem, commission: ItemCommission | undefined, ids: NewIds): FrozenItem {
  assert(commission, `No commission was frozen for ${item.itemId}`);
  const { commissionBaseMinor, commissionMinor, commissionTaxMinor } = commission;
  return {
    ...item,
    lineId: ids.lineId(),
    commissionBaseMinor,
    commissionMinor,
    commissionTaxMinor,
  };
}
