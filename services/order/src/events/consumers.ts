import { paymentResolved, shipmentDelivered } from '@mkt/contracts';
import { assert } from '@mkt/kernel';
import { type Consumer, consume, type SagaRunner } from '@mkt/service-kit';
import type { CheckoutInput, CheckoutState } from '../domain/checkout.ts';
import { deliver } from '../domain/deliver.ts';
import { applyChange, type MovementRunner } from '../operations/change-order.ts';
import { lockOrder } from '../store/orders.ts';

export function consumers(deps: {
  readonly checkouts: SagaRunner<CheckoutState, CheckoutInput>;
  readonly movements: MovementRunner;
}): Consumer[] {
  return [
    // Only a hint that something is known now: the checkout looks the payment up itself.
    consume(paymentResolved, (tx, { payload }) =>
      deps.checkouts.signal(tx, payload.groupId, { kind: 'resolved' }),
    ),
    consume(shipmentDelivered, async (tx, { payload }) => {
      const order = await lockOrder(tx, payload.orderId);
      assert(order, `A shipment of the unknown order ${payload.orderId} was delivered`);
      const change = deliver(order, payload);
      if (change) await applyChange(tx, deps.movements, change);
    }),
  ];
}
