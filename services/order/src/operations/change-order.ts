import { orderCancelled, orderDelivered, orderShipped } from '@mkt/contracts';
import { ok, type Refusal, type Result, refuse } from '@mkt/kernel';
import type { SagaRunner, Tx } from '@mkt/service-kit';
import type { ChangeResult, OrderChange, OrderEvent } from '../domain/change.ts';
import type { MovementInput, MovementState } from '../domain/movement.ts';
import type { Order } from '../domain/order.ts';
import { lockOrder, saveChange } from '../store/orders.ts';

export type MovementRunner = SagaRunner<MovementState, MovementInput>;

export const orderNotFound = () => refuse('ORDER_NOT_FOUND', 'There is no such order.');

/**
 * Locks an order, decides, and stores the outcome with its event and its movement of money, all in
 * the caller's transaction. Two changes at once, such as a shipment and a cancellation, follow one
 * another, and the second decides on what the first left.
 */
export async function changeOrder(
  tx: Tx,
  movements: MovementRunner,
  change: {
    readonly orderId: string;
    /** Whose order it must be, where the transaction's scope does not say it. */
    readonly shopperId?: string | undefined;
    readonly decide: (order: Order) => ChangeResult;
  },
): Promise<Result<Order, Refusal>> {
  const order = await lockOrder(tx, change.orderId);
  const foreign = change.shopperId !== undefined && order?.shopperId !== change.shopperId;
  if (!order || foreign) return orderNotFound();
  const decided = change.decide(order);
  if (!decided.ok) return decided;
  await applyChange(tx, movements, decided.value);
  return ok(decided.value.next);
}

/** Stores a change of a locked order. */
export async function applyChange(
  tx: Tx,
  movements: MovementRunner,
  change: OrderChange,
): Promise<void> {
  await saveChange(tx, change);
  const { movement, next, event } = change;
  if (movement) {
    const { movementId, kind, amountMinor, items, bearer, reason } = movement;
    const { groupId, orderId } = next;
    await movements.start(
      tx,
      movementId,
      { movementId, groupId, orderId, kind, amountMinor, items, bearer, reason, retries: 0 },
      { kind: 'started' },
    );
  }
  if (event) announce(tx, next, event);
}

function announce(tx: Tx, order: Order, event: OrderEvent): void {
  const about = {
    aggregateId: order.orderId,
    aggregateVersion: order.version,
    vendorId: order.vendorId,
  };
  switch (event.type) {
    case 'shipped':
      tx.emit({ ...about, contract: orderShipped, payload: event.payload });
      return;
    case 'delivered':
      tx.emit({ ...about, contract: orderDelivered, payload: event.payload });
      return;
    case 'cancelled':
      tx.emit({ ...about, contract: orderCancelled, payload: event.payload });
  }
}
