import { type CurrencyCode, mulPpm, uuidv7 } from '@mkt/kernel';
import { platformScope, type Tx } from '@mkt/service-kit';
import {
  holdOverPosting,
  nettingPosting,
  reserveReleasePosting,
  type VendorAccountHolder,
} from '../domain/postings.ts';
import { type Ledger, openLedger } from '../store/ledger.ts';
import { changeOrder, holdsOver, isHoldOver, loadOrder, lockOrders } from '../store/orders.ts';
import { addReserve, lockReserve, reservesDue } from '../store/reserves.ts';
import { later, type PayoutContext } from './context.ts';

const batch = 50;
/** A sweep ends, however much is due; the next one goes on. */
const maxBatches = 1_000;

/** Releases every hold and every reserve whose time has come; how many that were. */
export async function releaseDue(context: PayoutContext): Promise<number> {
  let released = 0;
  for (let round = 0; round < maxBatches; round += 1) {
    const count = (await releaseHolds(context)) + (await releaseReserves(context));
    released += count;
    if (count === 0) break;
  }
  return released;
}

async function releaseHolds(context: PayoutContext): Promise<number> {
  let released = 0;
  for (const orderId of await holdsOver(context.db, context.clock.now(), batch)) {
    const done = await context.db.transaction(platformScope, (tx) => endHold(tx, context, orderId));
    released += done ? 1 : 0;
  }
  return released;
}

async function endHold(tx: Tx, context: PayoutContext, orderId: string): Promise<boolean> {
  const { clock, config } = context;
  const now = clock.now();
  await lockOrders(tx, [orderId]);
  const order = await loadOrder(tx, orderId);
  if (!order || !(await isHoldOver(tx, orderId, now))) return false;
  const { vendorId, currency, pendingMinor, paymentId, releases } = order;
  const ledger = await openLedger(tx, { currency, vendorIds: [vendorId] }, now);
  const reservedMinor = mulPpm(pendingMinor, config.reservePpm);
  const operationKey = `holdOver:${orderId}:${releases + 1}`;
  const entries = holdOverPosting(order, pendingMinor, reservedMinor);
  ledger.post({ operationKey, kind: 'holdOver', orderId, paymentId, vendorId, entries });
  postNetting(ledger, { vendorId, currency }, operationKey);
  await ledger.flush();
  await changeOrder(tx, orderId, { pendingMinor: -pendingMinor, holdOver: true });
  if (reservedMinor > 0) {
    const releaseAt = later(now, config.reserveMs);
    await addReserve(tx, { id: uuidv7(), orderId, vendorId, currency, reservedMinor, releaseAt });
    tx.afterCommit(() => context.armAt(releaseAt));
  }
  return true;
}

/** What became available pays first what the vendor owes. */
export function postNetting(
  ledger: Ledger,
  holder: VendorAccountHolder & { readonly currency: CurrencyCode },
  cause: string,
): void {
  const { available, receivable } = ledger.balancesOf(holder.vendorId);
  ledger.post({
    operationKey: `netting:${cause}`,
    kind: 'netting',
    vendorId: holder.vendorId,
    entries: nettingPosting(holder, available, receivable),
  });
}

async function releaseReserves(context: PayoutContext): Promise<number> {
  let released = 0;
  for (const id of await reservesDue(context.db, context.clock.now(), batch)) {
    const done = await context.db.transaction(platformScope, (tx) => endReserve(tx, context, id));
    released += done ? 1 : 0;
  }
  return released;
}

async function endReserve(tx: Tx, { clock }: PayoutContext, id: string): Promise<boolean> {
  const now = clock.now();
  const reserve = await lockReserve(tx, id, now);
  if (!reserve) return false;
  const { vendorId, currency, orderId, amountMinor } = reserve;
  const ledger = await openLedger(tx, { currency, vendorIds: [vendorId] }, now);
  // Refunds may have taken some of it meanwhile.
  const left = Math.min(amountMinor, ledger.balancesOf(vendorId).reserve);
  const operationKey = `reserveRelease:${id}`;
  const entries = reserveReleasePosting(reserve, left);
  ledger.post({ operationKey, kind: 'reserveRelease', orderId, vendorId, entries });
  postNetting(ledger, reserve, operationKey);
  await ledger.flush();
  return true;
}
