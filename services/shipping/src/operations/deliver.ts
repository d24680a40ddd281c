import { shipmentDelivered } from '@mkt/contracts';
import { ok, type Refusal, type Result, refuse, type ShipmentId } from '@mkt/kernel';
import type { Tx } from '@mkt/service-kit';
import { lockShipment, type Shipment, saveDelivered } from '../store/shipments.ts';

export function noShipment() {
  return refuse('SHIPMENT_NOT_FOUND', 'There is no such shipment.');
}

/** Notes that a shipment has arrived, and tells, once. */
export async function deliver(
  tx: Tx,
  shipmentId: ShipmentId,
  now: Date,
): Promise<Result<Shipment, Refusal>> {
  const found = await lockShipment(tx, shipmentId);
  if (!found) return noShipment();
  if (found.status === 'delivered') return ok(found);
  const deliveredAt = now.toISOString();
  const delivered: Shipment = {
    ...found,
    status: 'delivered',
    deliveredAt,
    version: found.version + 1,
  };
  await saveDelivered(tx, delivered);
  const { orderId, vendorId, lines } = delivered;
  tx.emit({
    contract: shipmentDelivered,
    aggregateId: shipmentId,
    aggregateVersion: delivered.version,
    vendorId,
    payload: {
      shipmentId,
      orderId,
      vendorId,
      lines: lines.map(({ lineId, quantity }) => ({ lineId, quantity })),
      deliveredAt,
    },
  });
  return ok(delivered);
}
