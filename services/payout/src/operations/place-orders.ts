import type { orderPlaced, PayloadOf } from '@mkt/contracts';
import type { Tx } from '@mkt/service-kit';
import { amountsOf } from '../domain/parts.ts';
import { authorizationPosting } from '../domain/postings.ts';
import { type Ledger, openLedger } from '../store/ledger.ts';
import { waitingFor } from '../store/movements.ts';
import { addOrders, lockOrders, startHolds } from '../store/orders.ts';
import { applyMovement } from './apply-movement.ts';
import type { PayoutContext } from './context.ts';

type Placed = PayloadOf<typeof orderPlaced>;

/** Keeps the frozen amounts of a sale and posts what is authorized, as pending. */
export async function placeOrders(
  tx: Tx,
  { clock, config, armAt }: PayoutContext,
  placed: Placed,
): Promise<void> {
  const now = clock.now();
  const orderIds = placed.orders.map((order) => order.orderId);
  await lockOrders(tx, orderIds);
  const added = await addOrders(tx, placed);
  if (added.size === 0) return;
  const vendorIds = placed.orders.map((order) => order.vendorId);
  const ledger = await openLedger(tx, { currency: placed.currency, vendorIds }, now);
  for (const order of placed.orders) {
    if (added.has(order.orderId)) postAuthorization(ledger, placed, order);
  }
  // What came before the order, in the order in which it happened.
  for (const movement of await waitingFor(tx, [...added])) {
    const policy = config.commissionPolicy;
    await applyMovement({ tx, ledger, policy, now }, movement);
  }
  await ledger.flush();
  const holdEnd = await startHolds(tx, [...added], config.holdMs);
  if (holdEnd) tx.afterCommit(() => armAt(holdEnd));
}

function postAuthorization(ledger: Ledger, placed: Placed, order: Placed['orders'][number]): void {
  const { vendorId, orderId, items } = order;
  const { currency, terms, paymentId } = placed;
  const amounts = amountsOf(
    items.map((item) => ({
      item: {
        quantity: item.quantity,
        payable: item.payableMinor,
        marketplaceFunded: item.marketplaceFundedMinor,
        tax: item.taxMinor,
        commission: item.commissionMinor,
        commissionTax: item.commissionTaxMinor,
      },
      fromUnit: 0,
      units: item.quantity,
    })),
  );
  ledger.post({
    operationKey: `authorization:${orderId}`,
    kind: 'authorization',
    orderId,
    paymentId,
    vendorId,
    entries: authorizationPosting(amounts, {
      vendorId,
      currency,
      taxLiability: terms.taxLiability,
    }),
  });
}
