import { orderCancelled, productChanged } from '@mkt/contracts';
import type { Clock } from '@mkt/kernel';
import { type Consumer, consume, type Database } from '@mkt/service-kit';
import { applyProduct } from '../operations/apply-product.ts';
import { restock } from '../operations/restock.ts';

export function createConsumers(clock: Clock, db: Database): Consumer[] {
  return [
    consume(productChanged, (tx, { payload }) => applyProduct(tx, payload, clock.now())),
    consume(orderCancelled, async (tx, { payload }) => {
      await restock(tx, payload, clock.now());
      // The statement wrote its events itself.
      tx.afterCommit(() => db.nudge());
    }),
  ];
}
