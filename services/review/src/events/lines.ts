import { orderDelivered, orderPlaced } from '@mkt/contracts';
import { type Consumer, consume } from '@mkt/service-kit';
import { saveBoughtLines, saveDeliveredLines } from '../store/lines.ts';

/** The two may come in either order: they fill tables of their own. */
export function lineConsumers(): Consumer[] {
  return [
    consume(orderPlaced, (tx, { payload: { shopperId, orders } }) =>
      saveBoughtLines(
        tx,
        orders
          .flatMap(({ items }) => items)
          .filter(({ kind }) => kind === 'line')
          .map(({ lineId, vendorId }) => ({ lineId, vendorId, shopperId })),
      ),
    ),
    consume(orderDelivered, (tx, { payload }) => saveDeliveredLines(tx, payload)),
  ];
}
