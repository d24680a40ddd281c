import { paymentResolved } from '@mkt/contracts';
import type { PaymentId } from '@mkt/kernel';
import { platformScope, type Tx } from '@mkt/service-kit';
import { type Observation, observe } from '../domain/payment.ts';
import type { ProviderPayment } from '../provider/port.ts';
import type { Payment } from '../store/rows.ts';
import { dueAfter, type PaymentContext } from './context.ts';

/** Makes what the provider says true here; in the transaction that its notice came in. */
export async function observeIn(
  tx: Tx,
  context: PaymentContext,
  paymentId: string,
  seen: ProviderPayment,
): Promise<Observation | null> {
  const { payments, clock, config } = context;
  const now = clock.now();
  const payment = await payments.lock(tx, paymentId);
  const next = payment && observe(payment, seen);
  if (!payment || !next) return null;
  // What must be let go is let go at once; what goes on is looked at again after its pause.
  const dueAt = next.releaseDue
    ? now
    : dueAfter(config, { ...payment, ...next, attempts: 0, updatedAt: now }, now);
  const version = await payments.observed(tx, paymentId, next, { now, dueAt });
  if (next.resolved) {
    tx.emit({
      contract: paymentResolved,
      aggregateId: paymentId,
      aggregateVersion: version,
      vendorId: null,
      payload: {
        paymentId: payment.id,
        groupId: payment.groupId,
        status: next.resolved,
        declineCode: next.declineCode,
      },
    });
  }
  if (dueAt) tx.afterCommit(() => context.armAt(dueAt));
  return next;
}

export function observePayment(
  context: PaymentContext,
  paymentId: PaymentId,
  seen: ProviderPayment,
): Promise<Observation | null> {
  return context.db.transaction(platformScope, (tx) => observeIn(tx, context, paymentId, seen));
}

/** Asks the provider about a payment and makes its answer true here. */
export async function askProvider(
  context: PaymentContext,
  payment: Payment,
): Promise<Observation | null> {
  const seen = await context.provider.getPayment(payment.id);
  return seen ? observePayment(context, payment.id, seen) : null;
}
