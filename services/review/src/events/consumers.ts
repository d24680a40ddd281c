import { orderDelivered, orderPlaced } from '@mkt/contracts';
import { type Consumer, consume } from '@mkt/service-kit';
import { addDelivered, addLines } from '../store/lines.ts';

export const reviewConsumers: readonly Consumer[] = [
  consume(orderPlaced, async (tx, { payload }) => {
    const { shopperId, placedAt } = payload;
    const lines = payload.orders.flatMap(({ items }) =>
      items.flatMap(({ lineId, vendorId, productId, variantId, title }) =>
        productId && variantId
          ? [{ lineId, vendorId, productId, variantId, shopperId, title }]
          : [],
      ),
    );
    await addLines(tx, lines, placedAt);
  }),
  consume(orderDelivered, async (tx, { payload }) => {
    const { vendorId, shopperId, deliveredAt } = payload;
    const lines = payload.lines.map(({ lineId, productId, variantId, title }) => ({
      lineId,
      vendorId,
      productId,
      variantId,
      shopperId,
      title,
    }));
    await addDelivered(tx, lines, deliveredAt);
  }),
];
