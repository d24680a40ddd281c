import { ok, type ShipmentId } from '@mkt/kernel';
import {
  type ChangeResult,
  changed,
  identityOf,
  itemUnitsOf,
  newMovement,
  payableOfAll,
  type Taking,
  takeFree,
  type WantedUnits,
  wholeLine,
  withRuns,
} from './change.ts';
import { type By, type Order, type Shipment, shippingOf } from './order.ts';

export interface ShipCommand {
  readonly shipmentId: ShipmentId;
  /** Null ships everything that is left. */
  readonly lines: readonly WantedUnits[] | null;
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly trackingUrl: string | null;
  readonly by: By;
  readonly at: Date;
}

/** Sends units on their way and captures their part; the first shipment captures the shipping. */
export function ship(order: Order, command: ShipCommand): ChangeResult {
  const goods = takeFree(order, command.lines);
  if (!goods.ok) return goods;
  const { shipmentId, by, at } = command;
  const captured = [...goods.value, ...unclaimedShipping(order)];
  const movement = newMovement({
    movementId: shipmentId,
    kind: 'capture',
    amountMinor: payableOfAll(captured),
    items: itemUnitsOf(captured),
    createdAt: at,
  });
  const shipment = shipmentOf(command, goods.value);
  const entry = {
    at,
    kind: 'shipped' as const,
    by,
    detail: { shipmentId, lines: shipment.lines, carrier: command.carrier },
  };
  const lines = withRuns(order.lines, captured, 'shipped', shipmentId);
  return ok({
    next: changed(order, { lines, shipment, movement, entry }),
    shipment,
    movement,
    entry,
    event: { type: 'shipped', payload: shippedPayload(order, shipment, goods.value) },
  });
}

/** The shipping item, unless an earlier shipment captured it. */
function unclaimedShipping(order: Order): Taking[] {
  const shipping = shippingOf(order);
  return shipping && shipping.runs.length === 0 ? [wholeLine(shipping)] : [];
}

function shipmentOf(command: ShipCommand, goods: readonly Taking[]): Shipment {
  const { shipmentId, carrier, trackingNumber, trackingUrl, at } = command;
  return {
    shipmentId,
    carrier,
    trackingNumber,
    trackingUrl,
    lines: goods.map(({ line, run }) => ({ lineId: line.item.lineId, quantity: run.units })),
    shippedAt: at,
    deliveredAt: null,
  };
}

function shippedPayload(order: Order, shipment: Shipment, goods: readonly Taking[]) {
  const { shipmentId, carrier, trackingNumber, trackingUrl, shippedAt } = shipment;
  return {
    ...identityOf(order),
    email: order.email,
    shipmentId,
    carrier,
    trackingNumber,
    trackingUrl,
    shippedAt: shippedAt.toISOString(),
    lines: goods.map(({ line, run }) => ({
      lineId: line.item.lineId,
      title: line.item.title,
      quantity: run.units,
    })),
  };
}
