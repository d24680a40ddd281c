import {
  orderCancelled as cancelledContract,
  type EventEnvelope,
  inventoryLowStock,
  orderPlaced,
  type PayloadOf,
  orderShipped as shippedContract,
} from '@mkt/contracts';
import { type Consumer, consume, consumeTogether } from '@mkt/service-kit';
import type { Mailer } from '../operations/mailer.ts';
import type { WebhookSender } from '../operations/webhook-sender.ts';
import type { NewMessage } from '../store/messages.ts';
import { lowStock } from '../templates/low-stock.ts';
import { newOrder } from '../templates/new-order.ts';
import { orderCancelled, orderCancelledForVendor } from '../templates/order-cancelled.ts';
import { orderConfirmation } from '../templates/order-confirmation.ts';
import { orderShipped } from '../templates/order-shipped.ts';
import { cancelledData, lowStockData, placedData, shippedData } from '../webhooks/payloads.ts';

export function orderConsumers(mailer: Mailer, webhooks: WebhookSender): Consumer[] {
  return [
    consumeTogether(orderPlaced, async (tx, events) => {
      await mailer.notify(tx, events.flatMap(placedLetters));
      await webhooks.announce(
        tx,
        events.map((event) => ({
          event,
          parts: event.payload.orders.map((part) => ({
            vendorId: part.vendorId,
            data: placedData(event.payload, part),
          })),
        })),
      );
    }),
    consume(shippedContract, async (tx, event) => {
      const { email, shopperId: userId, vendorId } = event.payload;
      const content = orderShipped(event.payload);
      await mailer.notify(tx, [
        { eventId: event.id, template: 'order-shipped', to: { email, userId }, content },
      ]);
      const parts = [{ vendorId, data: shippedData(event.payload) }];
      await webhooks.announce(tx, [{ event, parts }]);
    }),
    consume(cancelledContract, async (tx, event) => {
      const { payload: order, id } = event;
      const { email, shopperId: userId, vendorId, cancelledBy } = order;
      const toShopper = {
        eventId: id,
        template: 'order-cancelled',
        to: { email, userId },
        content: orderCancelled(order),
      };
      const toVendor = {
        eventId: id,
        template: 'order-cancelled-vendor',
        to: { vendorId },
        content: orderCancelledForVendor(order),
      };
      // Who cancelled it knows.
      await mailer.notify(tx, cancelledBy === 'vendor' ? [toShopper] : [toShopper, toVendor]);
      await webhooks.announce(tx, [{ event, parts: [{ vendorId, data: cancelledData(order) }] }]);
    }),
    consume(inventoryLowStock, async (tx, event) => {
      const { vendorId } = event.payload;
      const content = lowStock(event.payload);
      await mailer.notify(tx, [
        { eventId: event.id, template: 'low-stock', to: { vendorId }, content },
      ]);
      const parts = [{ vendorId, data: lowStockData(event.payload) }];
      await webhooks.announce(tx, [{ event, parts }]);
    }),
  ];
}

function placedLetters({
  id: eventId,
  payload: order,
}: EventEnvelope<PayloadOf<typeof orderPlaced>>): NewMessage[] {
  const { email, shopperId: userId, orders, currency, shippingAddress } = order;
  return [
    {
      eventId,
      template: 'order-confirmation',
      to: { email, userId },
      content: orderConfirmation(order),
    },
    ...orders.map((part) => ({
      eventId,
      template: 'new-order',
      to: { vendorId: part.vendorId },
      content: newOrder({ ...part, currency, shippingAddress }),
    })),
  ];
}
