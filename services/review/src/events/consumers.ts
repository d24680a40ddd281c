import { orderDelivered, orderPlaced } from '@mkt/contracts';
import { type Consumer, consume, consumeTogether } from '@mkt/service-kit';
import { addDelivered, addLines } from '../store/lines.ts';

export const reviewConsumers: readonly Consumer[] = [
  consumeTogether(orderPlaced, async (tx, events) => {
    const lines = events.flatMap(({ payload: { orders, shopperId, placedAt } }) =>
      orders.flatMap(({ items }) =>
        items.flatMap(({ lineId, vendorId, productId, variantId, title }) =>
          productId && variantId
            ? [{ lineId, vendorId, productId, variantId, shopperId, title, placedAt }]
            : [],
        ),
      ),
    );
    await addLines(tx, lines);
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
      placedAt: deliveredAt,
    }));
    await addDelivered(tx, lines, deliveredAt);
  }),
];
