import type {
  inventoryLowStock,
  orderCancelled,
  orderPlaced,
  orderShipped,
  PayloadOf,
} from '@mkt/contracts';

/** What a vendor can be told of. */
export const webhookEventTypes = [
  'order.placed',
  'order.shipped',
  'order.cancelled',
  'inventory.lowStock',
] as const;
export type WebhookEventType = (typeof webhookEventTypes)[number];

type Placed = PayloadOf<typeof orderPlaced>;

/** One vendor's part of an order. The shopper's e-mail and the other parts stay with us. */
export function placedData(order: Placed, part: Placed['orders'][number]) {
  const { currency, shippingAddress, placedAt } = order;
  return {
    orderId: part.orderId,
    number: part.number,
    items: part.items.map((item) => ({
      lineId: item.lineId,
      kind: item.kind,
      productId: item.productId,
      variantId: item.variantId,
      sku: item.sku,
      title: item.title,
      variantTitle: item.variantTitle,
      quantity: item.quantity,
      unitPrice: { amountMinor: item.unitAmountMinor, currency },
      discount: { amountMinor: item.discountMinor, currency },
      tax: { amountMinor: item.taxMinor, currency },
      payable: { amountMinor: item.payableMinor, currency },
    })),
    payable: { amountMinor: part.payableMinor, currency },
    shippingAddress,
    placedAt,
  };
}

export function shippedData(order: PayloadOf<typeof orderShipped>) {
  const { orderId, number, shipmentId, lines, carrier, trackingNumber, trackingUrl } = order;
  const { shippedAt } = order;
  return { orderId, number, shipmentId, lines, carrier, trackingNumber, trackingUrl, shippedAt };
}

export function cancelledData(order: PayloadOf<typeof orderCancelled>) {
  const { orderId, number, lines, whole, refundMinor, currency, reason, cancelledBy } = order;
  return {
    orderId,
    number,
    lines: lines.map(({ lineId, variantId, title, units }) => ({
      lineId,
      variantId,
      title,
      units,
    })),
    whole,
    refund: { amountMinor: refundMinor, currency },
    reason,
    cancelledBy,
    cancelledAt: order.cancelledAt,
  };
}

export function lowStockData(stock: PayloadOf<typeof inventoryLowStock>) {
  const { variantId, productId, sku, title, available, threshold } = stock;
  return { variantId, productId, sku, title, available, threshold };
}
