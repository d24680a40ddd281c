import type { PaymentState } from '@mkt/contracts';
import type { OrderGroupId, Refusal } from '@mkt/kernel';
import type { Draft, DraftOrder } from './draft.ts';
import type { ProcessStep } from './process-step.ts';

export type CheckoutPhase =
  | 'buying'
  | 'awaitingPayment'
  | 'processing'
  | 'finding'
  | 'undoing'
  | 'placed'
  | 'failed'
  | 'expired';

export type PaymentFacts = Pick<PaymentState, 'paymentId' | 'status' | 'declineCode' | 'actionUrl'>;

export interface CheckoutState {
  readonly groupId: OrderGroupId;
  readonly phase: CheckoutPhase;
  /** Gone when the checkout has ended: what is kept of it is in the orders. */
  readonly draft: Draft | null;
  readonly paymentToken: string | null;
  /** Tells apart what requests want to buy, whichever way they pay. */
  readonly purchase: string;
  /** The caller's idempotency key, which the outcome answers. */
  readonly key: { readonly actor: string; readonly key: string };
  readonly totalMinor: number;
  readonly currency: string;
  readonly shares: readonly Pick<DraftOrder, 'orderId' | 'vendorId' | 'payableMinor'>[];
  readonly startedAt: string;
  readonly expiresAt: string;
  readonly payment: PaymentFacts | null;
  /** A payment may exist: the group is kept even where it fails. */
  readonly paying: boolean;
  /** How often the payment's outcome was asked for. */
  readonly polls: number;
  readonly failure: Refusal | null;
}

/**
 * Each is safe to repeat as a whole. `buy`: reserve, redeem, authorize, confirm. `find`: ask what
 * became of the payment, and confirm where it is authorized. `undo`: the compensation of both.
 */
export type CheckoutCommand =
  | { readonly do: 'buy' }
  | { readonly do: 'find' }
  | { readonly do: 'undo'; readonly void: boolean };

export type CheckoutInput =
  | { readonly kind: 'started' }
  /** Nothing was authorized, because stock or a coupon was refused. */
  | {
      readonly kind: 'refused';
      readonly refusal: Refusal;
      readonly held: boolean;
      readonly payment: PaymentFacts | null;
    }
  /** `held`: the stock of an authorized payment is confirmed. */
  | { readonly kind: 'payment'; readonly payment: PaymentFacts | null; readonly held: boolean }
  /** The payment service says that the payment came to its end: look it up. */
  | { readonly kind: 'resolved' }
  | { readonly kind: 'due' }
  /** The shopper does not want to complete the payment. */
  | { readonly kind: 'abandoned' }
  | { readonly kind: 'undone' }
  | { readonly kind: 'gaveUp'; readonly command: CheckoutCommand };

export type CheckoutStep = ProcessStep<CheckoutState, CheckoutCommand>;

const firstPollMs = 2_000; // mkt-allow fast-timer: only while the outcome of a payment is unknown
const longestPollMs = 60_000; // mkt-allow fast-timer: as above, a few times

/** What a checkout does next. Pure: the clock and every outcome come in. */
export function decideCheckout(
  state: CheckoutState,
  input: CheckoutInput,
  now: Date,
): CheckoutStep {
  switch (input.kind) {
    case 'started':
      return step({ ...state, phase: 'buying' }, { do: 'buy' });
    case 'refused':
      return refused(state, input);
    case 'payment':
      return afterPayment({ ...state, payment: input.payment, paying: true }, input.held, now);
    case 'resolved':
    case 'due':
      return step({ ...state, phase: 'finding', polls: state.polls + 1 }, { do: 'find' });
    case 'abandoned':
      return undo(state, abandoned, { void: true });
    case 'undone':
      return ended(state, state.failure?.code === 'PAYMENT_EXPIRED' ? 'expired' : 'failed');
    case 'gaveUp':
      return afterGivingUp(state, input.command, now);
  }
}

function step(state: CheckoutState, command: CheckoutCommand): CheckoutStep {
  return { state, step: state.phase, command };
}

function ended(state: CheckoutState, phase: 'placed' | 'failed' | 'expired'): CheckoutStep {
  const kept = { ...state, phase, draft: null, paymentToken: null };
  // A cart that was bought stays claimed; one that was not can be bought again.
  return { state: kept, step: phase, done: true, releasesClaim: phase !== 'placed' };
}

function undo(state: CheckoutState, failure: Refusal, options: { void: boolean }): CheckoutStep {
  return step({ ...state, phase: 'undoing', failure }, { do: 'undo', void: options.void });
}

function refused(
  state: CheckoutState,
  { refusal, held, payment }: Extract<CheckoutInput, { kind: 'refused' }>,
): CheckoutStep {
  // Only a repeat after the hold ran out can meet a payment here.
  if (payment) return undo({ ...state, payment, paying: true }, refusal, { void: true });
  if (held) return undo(state, refusal, { void: false });
  return ended({ ...state, failure: refusal }, 'failed');
}

function afterPayment(state: CheckoutState, held: boolean, now: Date): CheckoutStep {
  const { payment } = state;
  switch (payment?.status) {
    case 'authorized':
      return held ? ended(state, 'placed') : undo(state, outOfStock(state), { void: true });
    case 'declined':
      return undo(state, declined(payment), { void: false });
    case 'requiresAction':
      return wait(state, 'awaitingPayment', now);
    case 'unknown':
      return wait(state, 'processing', now);
    // Given up by the payment service itself, or never heard of by it.
    default:
      return undo(state, expired, { void: payment === null });
  }
}

/** Waits for the shopper or the provider; at the deadline one last look decides. */
function wait(
  state: CheckoutState,
  phase: 'awaitingPayment' | 'processing',
  now: Date,
): CheckoutStep {
  const expiresAt = new Date(state.expiresAt);
  if (now >= expiresAt) return undo(state, expired, { void: true });
  const waiting = { ...state, phase };
  if (phase === 'awaitingPayment') return { state: waiting, step: phase, dueAt: expiresAt };
  const pauseMs = Math.min(firstPollMs * 2 ** Math.min(state.polls, 10), longestPollMs);
  const dueAt = new Date(Math.min(now.getTime() + pauseMs, expiresAt.getTime()));
  return { state: waiting, step: phase, dueAt };
}

function afterGivingUp(state: CheckoutState, command: CheckoutCommand, now: Date): CheckoutStep {
  switch (command.do) {
    case 'buy':
      return undo({ ...state, paying: true }, unavailable, { void: true });
    case 'find':
      return wait(state, state.payment?.actionUrl ? 'awaitingPayment' : 'processing', now);
    // A compensation is never given up: held money and stock are somebody's.
    case 'undo':
      return step(state, command);
  }
}

function declined({ declineCode }: PaymentFacts): Refusal {
  return {
    code: 'PAYMENT_DECLINED',
    detail: 'The payment was declined. Nothing was ordered; try another way to pay.',
    data: { declineCode },
  };
}

function outOfStock(state: CheckoutState): Refusal {
  return {
    code: 'INSUFFICIENT_STOCK',
    detail: 'What was held for this checkout ran out before it was paid. The payment is voided.',
    data: { variantIds: variantsOf(state) },
  };
}

function variantsOf({ draft }: CheckoutState): string[] {
  const items = draft?.orders.flatMap((order) => order.items) ?? [];
  return [...new Set(items.flatMap((item) => (item.variantId ? [item.variantId] : [])))];
}

const expired: Refusal = {
  code: 'PAYMENT_EXPIRED',
  detail: 'The payment was not completed in time. Nothing was ordered and nothing is charged.',
};

const abandoned: Refusal = {
  code: 'CHECKOUT_ABANDONED',
  detail: 'The checkout was abandoned before it was paid. Nothing was ordered.',
};

const unavailable: Refusal = {
  code: 'CHECKOUT_UNAVAILABLE',
  detail: 'The checkout could not be finished. Nothing was ordered; try again later.',
};
