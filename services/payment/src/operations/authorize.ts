import type { ParsedRequestOf, PaymentState, paymentAuthorize } from '@mkt/contracts';
import { assert, newId, ok, type Refusal, type Result, refuse } from '@mkt/kernel';
import { observe } from '../domain/payment.ts';
import type { ProviderPayment } from '../provider/port.ts';
import { type Payment, stateOf } from '../store/rows.ts';
import { dueAfter, later, type PaymentContext } from './context.ts';
import { observePayment } from './observe-payment.ts';

type Request = ParsedRequestOf<typeof paymentAuthorize>;

/** Holds the money of an order group: one payment per operation key, however often it is asked. */
export async function authorize(
  context: PaymentContext,
  request: Request,
): Promise<Result<PaymentState, Refusal>> {
  const { payments, clock, config } = context;
  const checked = check(request);
  if (!checked.ok) return checked;
  const now = clock.now();
  const free = request.amountMinor === 0;
  const dueAt = free
    ? later(new Date(request.expiresAt), config.placedGraceMs)
    : later(now, config.unansweredMs);
  const status = free ? 'authorized' : 'pending';
  const added = await payments.add(newId<'Payment'>(), request, status, { now, dueAt });
  const payment = added ?? (await payments.byOperationKey(request.operationKey));
  if (!payment) return refuse('PAYMENT_UNDER_WAY', 'This order has another payment, or was ended.');
  if (!isSame(payment, request)) {
    return refuse('OPERATION_KEY_REUSED', 'This key was used for another payment.');
  }
  if (payment.status !== 'pending' && payment.status !== 'unknown') return ok(stateOf(payment));
  return ok(stateOf(await ask(context, payment)));
}

function check(request: Request): Result<void, Refusal> {
  const sum = request.shares.reduce((soFar, share) => soFar + share.amountMinor, 0);
  const orders = new Set(request.shares.map((share) => share.orderId));
  if (sum !== request.amountMinor || orders.size !== request.shares.length) {
    return refuse('PAYMENT_SHARES_DIFFER', 'The shares of the orders do not add up to the amount.');
  }
  if (request.amountMinor > 0 && request.paymentToken === null) {
    return refuse('PAYMENT_TOKEN_REQUIRED', 'A payment token is required to hold money.');
  }
  return ok();
}

function isSame(payment: Payment, request: Request): boolean {
  return (
    payment.groupId === request.groupId &&
    payment.amountMinor === request.amountMinor &&
    payment.currency === request.currency
  );
}

/** The provider's key is the payment's id, so that asking twice makes one payment there too. */
async function ask(context: PaymentContext, payment: Payment): Promise<Payment> {
  const { id: key, amountMinor, currency, token } = payment;
  assert(token !== null, 'A payment of more than 0 has a token');
  context.faultPoint('payment.authorize.written');
  let seen: ProviderPayment;
  try {
    seen = await context.provider.createPayment({ key, amountMinor, currency, token });
  } catch (error) {
    context.log.warn({ service: 'payment', paymentId: key, err: error }, 'provider did not answer');
    seen = { status: 'processing', declineCode: null, actionUrl: null };
  }
  context.faultPoint('payment.authorize.asked');
  return store(context, payment, seen);
}

async function store(
  context: PaymentContext,
  payment: Payment,
  seen: ProviderPayment,
): Promise<Payment> {
  const { payments, clock, config } = context;
  const now = clock.now();
  const next = payment.status === 'pending' ? observe(payment, seen) : null;
  if (next) {
    const dueAt = dueAfter(config, { ...payment, ...next, attempts: 0, updatedAt: now }, now);
    const stored = await payments.answer(payment.id, next, { now, dueAt });
    if (stored) {
      if (dueAt) context.armAt(dueAt);
      return stored;
    }
  }
  // Somebody else moved the payment meanwhile: a notice, a rival or an end of the checkout.
  await observePayment(context, payment.id, seen);
  return (await payments.byId(payment.id)) ?? payment;
}
