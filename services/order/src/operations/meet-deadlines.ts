import { type Clock, newId } from '@mkt/kernel';
import { type Database, type Logger, platformScope } from '@mkt/service-kit';
import { meetDeadline } from '../domain/meet-deadline.ts';
import { findDue, lockOrder } from '../store/orders.ts';
import { applyChange, type MovementRunner } from './change-order.ts';

const batchSize = 20;

/** Does what the deadlines of orders demand now; returns how many orders it changed. */
export async function meetDeadlines(deps: {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly movements: MovementRunner;
}): Promise<number> {
  const { db, clock, log } = deps;
  let met = 0;
  for (;;) {
    const due = await findDue(db, clock.now(), batchSize);
    let metNow = 0;
    for (const orderId of due) {
      try {
        if (await meetOne(deps, orderId)) metNow += 1;
      } catch (error) {
        log.error({ service: 'order', orderId, err: error }, 'a deadline could not be met');
      }
    }
    met += metNow;
    // A batch that moved nothing would come again and again.
    if (due.length < batchSize || metNow === 0) return met;
  }
}

function meetOne(
  { db, clock, movements }: { db: Database; clock: Clock; movements: MovementRunner },
  orderId: string,
): Promise<boolean> {
  return db.transaction(platformScope, async (tx) => {
    const order = await lockOrder(tx, orderId);
    const change = order && meetDeadline(order, { cancellationId: newId(), now: clock.now() });
    if (!change) return false;
    await applyChange(tx, movements, change);
    return true;
  });
}
