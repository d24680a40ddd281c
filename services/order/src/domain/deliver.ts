import type { PayloadOf, shipmentDelivered } from '@mkt/contracts';
import { assert, type ProductId, type VariantId } from '@mkt/kernel';
import { changed, identityOf, type OrderChange } from './change.ts';
import { type Order, type OrderLine, statusOf, unitsTaken } from './order.ts';

export type Delivery = PayloadOf<typeof shipmentDelivered>;

/** Marks a shipment's units as delivered; null where that is known already. */
export function deliver(order: Order, delivery: Delivery): OrderChange | null {
  const sent = order.shipments.find(({ shipmentId }) => shipmentId === delivery.shipmentId);
  assert(sent, `Order ${order.number} has no shipment ${delivery.shipmentId}`);
  if (sent.deliveredAt) return null;
  const at = new Date(delivery.deliveredAt);
  const shipment = { ...sent, deliveredAt: at };
  // What was sent is what arrives: the order decided on the units, the carrier only on the time.
  const lines = order.lines.map((line) => withDelivered(line, sent.lines));
  const whole = statusOf(lines, false) === 'delivered';
  const detail = { shipmentId: sent.shipmentId, whole };
  const entry = { at, kind: 'delivered' as const, by: 'system' as const, detail };
  return {
    next: changed(order, { lines, shipment, entry }),
    shipment,
    movement: null,
    entry,
    event: {
      type: 'delivered',
      payload: {
        ...identityOf(order),
        lines: sent.lines.map(({ lineId, quantity }) => deliveredLine(order, lineId, quantity)),
        whole,
        deliveredAt: delivery.deliveredAt,
      },
    },
  };
}

/** The hold-back time of a delivered order is over: nothing more is expected of the vendor. */
export function receive(order: Order, at: Date): OrderChange {
  const entry = { at, kind: 'completed' as const, by: 'deadline' as const, detail: {} };
  const next = changed(order, { lines: order.lines, entry });
  return { next, shipment: null, movement: null, entry, event: null };
}

function withDelivered(
  line: OrderLine,
  sent: readonly { lineId: string; quantity: number }[],
): OrderLine {
  const arrived = sent.find(({ lineId }) => lineId === line.item.lineId);
  if (!arrived) return line;
  const deliveredUnits = line.deliveredUnits + arrived.quantity;
  assert(deliveredUnits <= unitsTaken(line, 'shipped'), 'More was delivered than shipped');
  return { ...line, deliveredUnits };
}

function deliveredLine(order: Order, lineId: string, quantity: number) {
  const line = order.lines.find(({ item }) => item.lineId === lineId);
  assert(line?.item.productId && line.item.variantId, 'A shipment holds goods');
  const { item } = line;
  return {
    lineId: item.lineId,
    productId: item.productId as ProductId,
    variantId: item.variantId as VariantId,
    title: item.title,
    quantity,
  };
}
