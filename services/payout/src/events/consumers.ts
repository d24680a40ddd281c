import {
  orderDelivered,
  orderPlaced,
  paymentCaptured,
  paymentRefunded,
  paymentVoided,
  vendorApproved,
  vendorReopened,
  vendorSuspended,
} from '@mkt/contracts';
import { type Consumer, consume, consumeTogether } from '@mkt/service-kit';
import type { PayoutContext } from '../operations/context.ts';
import { placeOrders } from '../operations/place-orders.ts';
import { takeDelivery } from '../operations/take-delivery.ts';
import { takeMovement } from '../operations/take-movement.ts';
import { keepVendor } from '../store/vendors.ts';

/** What other services tell that the ledger has to know. */
export function payoutConsumers(context: PayoutContext): Consumer[] {
  return [
    consumeTogether(orderPlaced, (tx, events) =>
      placeOrders(
        tx,
        context,
        events.map(({ payload }) => payload),
      ),
    ),
    consume(orderDelivered, (tx, { id, payload }) =>
      takeDelivery(tx, context, {
        eventId: id,
        orderId: payload.orderId,
        vendorId: payload.vendorId,
        units: payload.lines.reduce((sum, line) => sum + line.quantity, 0),
        deliveredAt: new Date(payload.deliveredAt),
      }),
    ),
    consume(paymentCaptured, (tx, { payload, aggregateVersion }) =>
      takeMovement(tx, context, {
        ...payload,
        id: payload.captureId,
        kind: 'capture',
        bearer: null,
        at: new Date(payload.at),
        paymentVersion: aggregateVersion,
      }),
    ),
    consume(paymentVoided, (tx, { id, payload, aggregateVersion }) =>
      takeMovement(tx, context, {
        ...payload,
        id,
        kind: 'void',
        feeMinor: 0,
        bearer: null,
        at: new Date(payload.at),
        paymentVersion: aggregateVersion,
      }),
    ),
    consume(paymentRefunded, (tx, { payload, aggregateVersion }) =>
      takeMovement(tx, context, {
        ...payload,
        id: payload.refundId,
        kind: 'refund',
        feeMinor: 0,
        at: new Date(payload.at),
        paymentVersion: aggregateVersion,
      }),
    ),
    ...[vendorApproved, vendorReopened].map((contract) =>
      consume(contract, (tx, { payload, aggregateVersion }) =>
        keepVendor(tx, {
          vendorId: payload.vendorId,
          suspended: false,
          version: aggregateVersion,
        }),
      ),
    ),
    consume(vendorSuspended, (tx, { payload, aggregateVersion }) =>
      keepVendor(tx, { vendorId: payload.vendorId, suspended: true, version: aggregateVersion }),
    ),
  ];
}
