import type { OrderGroupId } from '@mkt/kernel';
import type { CheckoutState } from './checkout.ts';
import { deadlineAfter, deadlines } from './deadlines.ts';
import type { Draft } from './draft.ts';

/** A checkout before anything is reserved or paid. */
export function firstState(start: {
  readonly groupId: OrderGroupId;
  readonly draft: Draft;
  readonly paymentToken: string | null;
  readonly purchase: string;
  readonly key: CheckoutState['key'];
  readonly now: Date;
}): CheckoutState {
  const { groupId, draft, paymentToken, purchase, key, now } = start;
  return {
    groupId,
    phase: 'buying',
    draft,
    paymentToken,
    purchase,
    key: { actor: key.actor, key: key.key },
    totalMinor: draft.totalMinor,
    currency: draft.currency,
    shares: draft.orders.map(({ orderId, vendorId, payableMinor }) => ({
      orderId,
      vendorId,
      payableMinor,
    })),
    startedAt: now.toISOString(),
    expiresAt: deadlineAfter(deadlines.paymentExpiry, now).toISOString(),
    payment: null,
    paying: false,
    polls: 0,
    failure: null,
  };
}
