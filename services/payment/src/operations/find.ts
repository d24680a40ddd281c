import type { PaymentState } from '@mkt/contracts';
import { ok, type Refusal, type Result } from '@mkt/kernel';
import { type Payment, stateOf } from '../store/rows.ts';
import type { PaymentContext } from './context.ts';
import { askProvider } from './observe-payment.ts';

/** The latest payment of a group; where its outcome is unknown, the provider is asked first. */
export async function find(
  context: PaymentContext,
  groupId: string,
): Promise<Result<{ payment: PaymentState | null }, Refusal>> {
  const payment = await context.payments.ofGroup(groupId);
  if (!payment) return ok({ payment: null });
  const asked = payment.status === 'unknown' || payment.status === 'pending';
  return ok({ payment: stateOf(asked ? await settled(context, payment) : payment) });
}

async function settled(context: PaymentContext, payment: Payment): Promise<Payment> {
  try {
    if (!(await askProvider(context, payment))) return payment;
  } catch (error) {
    context.log.warn({ service: 'payment', paymentId: payment.id, err: error }, 'still unknown');
    return payment;
  }
  return (await context.payments.byId(payment.id)) ?? payment;
}
