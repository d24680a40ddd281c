import type { orderPlaced, PayloadOf } from '@mkt/contracts';
import { assert, type CurrencyCode } from '@mkt/kernel';
import type { Tx } from '@mkt/service-kit';
import { amountsOf } from '../domain/parts.ts';
import { authorizationPosting } from '../domain/postings.ts';
import { type Ledger, openLedger } from '../store/ledger.ts';
import { waitingFor } from '../store/movements.ts';
import { addOrders, lockOrders, startHolds } from '../store/orders.ts';
import { applyMovement } from './apply-movement.ts';
import type { PayoutContext } from './context.ts';

type Placed = PayloadOf<typeof orderPlaced>;
type Ledgers = ReadonlyMap<CurrencyCode, Ledger>;

/** Keeps the frozen amounts of sales and posts what is authorized, as pending. */
export async function placeOrders(
  tx: Tx,
  { clock, config, armAt }: PayoutContext,
  sales: readonly Placed[],
): Promise<void> {
  const now = clock.now();
  const orderIds = sales.flatMap(({ orders }) => orders.map(({ orderId }) => orderId));
  await lockOrders(tx, orderIds);
  const added = await addOrders(tx, sales);
  if (added.size === 0) return;
  const ledgers = await openLedgers(tx, sales, now);
  const policy = config.commissionPolicy;
  for (const placed of sales) {
    const ledger = ledgerOf(ledgers, placed.currency);
    for (const order of placed.orders) {
      if (added.has(order.orderId)) postAuthorization(ledger, placed, order);
    }
  }
  // What came before the order, in the order in which it happened.
  for (const movement of await waitingFor(tx, [...added])) {
    const ledger = ledgerOf(ledgers, movement.currency);
    await applyMovement({ tx, ledger, policy, now }, movement);
  }
  for (const ledger of ledgers.values()) await ledger.flush();
  const holdEnd = await startHolds(tx, [...added], config.holdMs);
  if (holdEnd) tx.afterCommit(() => armAt(holdEnd));
}

/** One per currency, opened in the order of their names: nobody waits for another in a circle. */
async function openLedgers(tx: Tx, sales: readonly Placed[], now: Date): Promise<Ledgers> {
  const ledgers = new Map<CurrencyCode, Ledger>();
  const byCurrency = Map.groupBy(sales, ({ currency }) => currency);
  for (const currency of [...byCurrency.keys()].sort()) {
    const orders = (byCurrency.get(currency) ?? []).flatMap((placed) => placed.orders);
    const vendorIds = [...new Set(orders.map(({ vendorId }) => vendorId))];
    ledgers.set(currency, await openLedger(tx, { currency, vendorIds }, now));
  }
  return ledgers;
}

function ledgerOf(ledgers: Ledgers, currency: CurrencyCode): Ledger {
  const ledger = ledgers.get(currency);
  assert(ledger, `No sale is in ${currency}`);
  return ledger;
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
