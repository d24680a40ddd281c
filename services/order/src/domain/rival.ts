import type { Refusal, UserId } from '@mkt/kernel';
import type { CheckoutState } from './checkout.ts';
import { replyOf } from './checkout-reply.ts';

/** The checkout that holds a cart: it is under way, or the cart was bought by it. */
export interface Holder {
  readonly state: CheckoutState;
  readonly number: string | null;
  readonly shopperId: UserId;
}

export interface Wanted {
  readonly shopperId: UserId;
  readonly purchase: string;
  readonly paymentToken: string | null;
}

/** `waits`: the holder is about to be decided, and the cart may become free. */
export type Meeting =
  | { readonly kind: 'same' }
  | { readonly kind: 'waits' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/**
 * What a checkout gets whose cart another one holds. The same purchase gets the holder's order. How
 * it was to be paid matters only while the holder is not paid: a form that is sent twice often
 * carries two payment tokens, and one of them has bought the cart.
 */
export function meetHolder(holder: Holder, wanted: Wanted): Meeting {
  const { phase, purchase, paymentToken } = holder.state;
  if (holder.shopperId !== wanted.shopperId) return refused(notFound);
  const samePurchase = purchase === wanted.purchase;
  if (phase === 'placed') return samePurchase ? { kind: 'same' } : refused(alreadyOrdered(holder));
  if (samePurchase && paymentToken === wanted.paymentToken) return { kind: 'same' };
  const stands = phase === 'awaitingPayment' || phase === 'processing';
  return stands ? refused(underWayRefusal(holder)) : { kind: 'waits' };
}

function refused(refusal: Refusal): Meeting {
  return { kind: 'refused', refusal };
}

/** The other checkout goes on; the shopper completes or abandons it, or waits for its end. */
export function underWayRefusal(holder: Holder): Refusal {
  return {
    code: 'CHECKOUT_UNDER_WAY',
    detail:
      'This cart is being bought by another checkout. Complete or abandon that one, ' +
      'or try again when it has ended.',
    data: dataOf(holder),
  };
}

function alreadyOrdered(holder: Holder): Refusal {
  return {
    code: 'CART_ALREADY_ORDERED',
    detail: 'This cart was bought already. What was added since is in your new cart.',
    data: dataOf(holder),
  };
}

/** The standing of the holder, as its own request would be told. */
function dataOf({ state, number }: Holder): Record<string, unknown> {
  const reply = replyOf(state, number);
  return reply.ok ? { checkout: reply.value } : {};
}

const notFound: Refusal = {
  code: 'CART_NOT_FOUND',
  detail: 'You have no such cart, or it was ordered already.',
};
