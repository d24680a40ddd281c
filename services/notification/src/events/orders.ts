import {
  orderCancelled as cancelledContract,
  inventoryLowStock,
  orderPlaced,
  orderShipped as shippedContract,
} from '@mkt/contracts';
import { type Consumer, consume } from '@mkt/service-kit';
import type { Mailer } from '../operations/mailer.ts';
import type { WebhookSender } from '../operations/webhook-sender.ts';
import { lowStock } from '../templates/low-stock.ts';
import { newOrder } from '../templates/new-order.ts';
import { orderCancelled, orderCancelledForVendor } from '../templates/order-cancelled.ts';
import { orderConfirmation } from '../templates/order-confirmation.ts';
import { orderShipped } from '../templates/order-shipped.ts';
import { cancelledData, lowStockData, placedData, shippedData } from '../webhooks/payloads.ts';

export function orderConsumers(mailer: Mailer, webhooks: WebhookSender): Consumer[] {
  return [
    consume(orderPlaced, async (tx, event) => {
      const { payload: order, id } = event;
      const { email, shopperId: userId, orders, currency, shippingAddress } = order;
      await mailer.notify(tx, id, [
        {
          template: 'order-confirmation',
          to: { email, userId },
          content: orderConfirmation(order),
        },
        ...orders.map((part) => ({
          template: 'new-order',
          to: { vendorId: part.vendorId },
          content: newOrder({ ...part, currency, shippingAddress }),
        })),
      ]);
      const parts = orders.map((part) => ({
        vendorId: part.vendorId,
        data: placedData(order, part),
      }));
      await webhooks.announce(tx, event, parts);
    }),
    consume(shippedContract, async (tx, event) => {
      const { email, shopperId: userId, vendorId } = event.payload;
      const content = orderShipped(event.payload);
      await mailer.notify(tx, event.id, [
        { template: 'order-shipped', to: { email, userId }, content },
      ]);
      await webhooks.announce(tx, event, [{ vendorId, data: shippedData(event.payload) }]);
    }),
    consume(cancelledContract, async (tx, event) => {
      const { payload: order, id } = event;
      const { email, shopperId: userId, vendorId, cancelledBy } = order;
      const toShopper = {
        template: 'order-cancelled',
        to: { email, userId },
        content: orderCancelled(order),
      };
      const toVendor = {
        template: 'order-cancelled-vendor',
        to: { vendorId },
        content: orderCancelledForVendor(order),
      };
      // Who cancelled it knows.
      await mailer.notify(tx, id, cancelledBy === 'vendor' ? [toShopper] : [toShopper, toVendor]);
      await webhooks.announce(tx, event, [{ vendorId, data: cancelledData(order) }]);
    }),
    consume(inventoryLowStock, async (tx, event) => {
      const { vendorId } = event.payload;
      const content = lowStock(event.payload);
      await mailer.notify(tx, event.id, [{ template: 'low-stock', to: { vendorId }, content }]);
      await webhooks.announce(tx, event, [{ vendorId, data: lowStockData(event.payload) }]);
    }),
  ];
}
