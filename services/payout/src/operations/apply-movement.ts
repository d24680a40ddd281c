import { assert } from '@mkt/kernel';
import type { Entry } from '../domain/accounts.ts';
import { amountsOf, type ItemPart, type LedgerAmounts } from '../domain/parts.ts';
import {
  capturePosting,
  providerFeePosting,
  type SaleTerms,
  vendorCreditOf,
} from '../domain/postings.ts';
import {
  type CommissionPolicy,
  goodwillPosting,
  refundPosting,
  type VendorFunds,
} from '../domain/refund.ts';
import type { Ledger, Sql } from '../store/ledger.ts';
import { markApplied, type ToldMovement } from '../store/movements.ts';
import { changeOrder, loadOrder, partsOf, type SoldOrder } from '../store/orders.ts';

export interface Applying {
  readonly tx: Sql;
  readonly ledger: Ledger;
  readonly policy: CommissionPolicy;
  readonly now: Date;
}

/** Posts what a movement means for its order. False where the order is not known yet. */
export async function applyMovement(work: Applying, movement: ToldMovement): Promise<boolean> {
  const order = await loadOrder(work.tx, movement.orderId);
  if (!order) return false;
  assert(
    order.vendorId === movement.vendorId && order.currency === movement.currency,
    `Movement ${movement.id} is not of order ${order.id}`,
  );
  if (movement.kind === 'capture') await applyCapture(work, movement, order);
  else if (movement.kind === 'refund') await applyRefund(work, movement, order);
  else await done(work, movement, 0, null);
  return true;
}

function done(
  { tx, now }: Applying,
  { id }: ToldMovement,
  creditMinor: number,
  policy: CommissionPolicy | null,
): Promise<void> {
  return markApplied(tx, id, { creditMinor, policy, at: now });
}

/** The parts of the units, which are exactly what was moved: amounts are never computed again. */
function carriedBy(movement: ToldMovement, parts: readonly ItemPart[]): LedgerAmounts {
  const amounts = amountsOf(parts);
  assert(
    amounts.payable === movement.amountMinor,
    `Movement ${movement.id} is of ${movement.amountMinor}, its units carry ${amounts.payable}`,
  );
  return amounts;
}

function unitsOfLines(movement: ToldMovement, order: SoldOrder): number {
  const lines = new Set(order.items.filter((one) => one.kind === 'line').map((one) => one.lineId));
  return movement.items
    .filter((run) => lines.has(run.lineId))
    .reduce((sum, run) => sum + run.units, 0);
}

/** What a posting adds to the order's part of the vendor's pending account. */
function pendingChange(entries: readonly Entry[]): number {
  return entries
    .filter(({ account }) => account.name === 'pending')
    .reduce((sum, entry) => sum - entry.amountMinor, 0);
}

async function applyCapture(
  work: Applying,
  movement: ToldMovement,
  order: SoldOrder,
): Promise<void> {
  const { id, paymentId } = movement;
  const amounts = carriedBy(movement, partsOf(order, movement.items));
  const entries = capturePosting(amounts, order);
  const about = { orderId: order.id, paymentId };
  work.ledger.post({
    ...about,
    operationKey: `capture:${id}`,
    kind: 'capture',
    vendorId: order.vendorId,
    entries,
  });
  work.ledger.post({
    ...about,
    operationKey: `providerFee:${id}`,
    kind: 'providerFee',
    vendorId: null,
    entries: providerFeePosting(movement.feeMinor, movement.currency),
  });
  const pendingMinor = pendingChange(entries);
  await changeOrder(work.tx, order.id, {
    pendingMinor,
    capturedMinor: movement.amountMinor,
    capturedUnits: unitsOfLines(movement, order),
    // Money that comes after the end of a hold waits for one of its own.
    ...(pendingMinor > 0 ? { holdOver: false } : {}),
  });
  await done(work, movement, vendorCreditOf(amounts, order), null);
}

async function applyRefund(
  work: Applying,
  movement: ToldMovement,
  order: SoldOrder,
): Promise<void> {
  const { entries, creditMinor } =
    movement.bearer === null
      ? refundOfUnits(work, movement, order)
      : refundOfAmount(work, movement, order, movement.bearer);
  work.ledger.post({
    operationKey: `refund:${movement.id}`,
    kind: 'refund',
    orderId: order.id,
    paymentId: movement.paymentId,
    vendorId: order.vendorId,
    entries,
  });
  await changeOrder(work.tx, order.id, {
    pendingMinor: pendingChange(entries),
    refundedMinor: movement.amountMinor,
    refundedUnits: unitsOfLines(movement, order),
  });
  await done(work, movement, creditMinor, movement.bearer === null ? work.policy : null);
}

interface Refund {
  readonly entries: readonly Entry[];
  readonly creditMinor: number;
}

function fundsFor(ledger: Ledger, order: SoldOrder): VendorFunds {
  const { available, reserve, receivable } = ledger.balancesOf(order.vendorId);
  const { pendingMinor: orderPending, holdOver } = order;
  return { orderPending, holdOver, available, reserve, receivable };
}

function refundOfUnits(work: Applying, movement: ToldMovement, order: SoldOrder): Refund {
  const { ledger, policy } = work;
  const amounts = carriedBy(movement, partsOf(order, movement.items));
  return {
    entries: refundPosting(amounts, order, policy, fundsFor(ledger, order)),
    creditMinor: -vendorCreditOf(reversedBy(policy, amounts), order),
  };
}

/** What a refund takes back of a sale's amounts. */
export function reversedBy(policy: CommissionPolicy, amounts: LedgerAmounts): LedgerAmounts {
  return policy === 'return' ? amounts : { ...amounts, commission: 0, commissionTax: 0 };
}

function refundOfAmount(
  { ledger }: Applying,
  movement: ToldMovement,
  order: SoldOrder & SaleTerms,
  bearer: 'vendor' | 'marketplace',
): Refund {
  const amount = movement.amountMinor;
  if (amount === 0) return { entries: [], creditMinor: 0 };
  const refundable = order.capturedMinor - order.refundedMinor;
  const posting = goodwillPosting({ amount, bearer, refundable }, order, fundsFor(ledger, order));
  assert(posting.ok, posting.ok ? '' : `Refund ${movement.id}: ${posting.error.detail}`);
  return { entries: posting.value, creditMinor: bearer === 'vendor' ? -amount : 0 };
}
