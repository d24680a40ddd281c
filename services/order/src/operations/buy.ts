import {
  inventoryConfirm,
  inventoryRelease,
  inventoryReserve,
  type PaymentState,
  paymentAuthorize,
  paymentFind,
  paymentVoid,
  pricingRedeem,
  pricingReleaseRedemption,
} from '@mkt/contracts';
import { assert, type Clock, type OrderGroupId } from '@mkt/kernel';
import type { FaultPoint, Peers } from '@mkt/service-kit';
import type { CheckoutInput, CheckoutState, PaymentFacts } from '../domain/checkout.ts';
import { deadlineAfter, deadlines } from '../domain/deadlines.ts';
import type { Draft } from '../domain/draft.ts';

export interface BuyDeps {
  readonly peers: Peers;
  readonly clock: Clock;
  readonly faultPoint: FaultPoint;
}

/**
 * Stock, then coupons, then money: what is scarce is held before anybody pays. Every call is known
 * by the group to the service that answers it, so the whole may be repeated after a crash.
 */
export async function buy(deps: BuyDeps, state: CheckoutState): Promise<CheckoutInput> {
  const { peers, faultPoint } = deps;
  const { groupId } = state;
  const draft = draftOf(state);
  const reserved = await reserve(deps, groupId, draft);
  if (!reserved.ok) {
    const payment = await findPayment(peers, groupId);
    return { kind: 'refused', refusal: reserved.error, held: false, payment };
  }
  faultPoint('checkout.buying.reserved');
  const redeemed = await redeem(peers, groupId, draft);
  if (!redeemed.ok) {
    const { code, detail } = redeemed.error;
    const refusal = { code: 'COUPON_REFUSED', detail, data: { reason: code } };
    return { kind: 'refused', refusal, held: true, payment: null };
  }
  faultPoint('checkout.buying.redeemed');
  const authorized = await authorize(peers, state, draft);
  if (!authorized.ok) {
    const payment = await findPayment(peers, groupId);
    const { code, detail } = authorized.error;
    const refusal = { code: 'PAYMENT_REFUSED', detail, data: { reason: code } };
    return { kind: 'refused', refusal, held: true, payment };
  }
  faultPoint('checkout.buying.authorized');
  return settled(deps, state, factsOf(authorized.value));
}

/** What became of a payment that had to wait. */
export async function find(deps: BuyDeps, state: CheckoutState): Promise<CheckoutInput> {
  return settled(deps, state, await findPayment(deps.peers, state.groupId));
}

/** Gives everything back that a checkout may hold. */
export async function undo(
  { peers, faultPoint }: BuyDeps,
  state: CheckoutState,
  options: { readonly void: boolean },
): Promise<CheckoutInput> {
  const { groupId } = state;
  if (options.void) await voidPayment(peers, state);
  faultPoint('checkout.undoing.voided');
  must(await peers.call(inventoryRelease, { groupId }), 'release of stock');
  faultPoint('checkout.undoing.released');
  if (couponsOf(draftOf(state)).length > 0) {
    must(await peers.call(pricingReleaseRedemption, { groupId }), 'release of coupons');
  }
  return { kind: 'undone' };
}

async function settled(
  deps: BuyDeps,
  state: CheckoutState,
  payment: PaymentFacts | null,
): Promise<CheckoutInput> {
  const held = payment?.status === 'authorized' && (await confirmHold(deps, state));
  return { kind: 'payment', payment, held };
}

/** A hold that ran out during the payment is taken once more, if the stock is still there. */
async function confirmHold(deps: BuyDeps, state: CheckoutState): Promise<boolean> {
  const { groupId } = state;
  const confirmed = await deps.peers.call(inventoryConfirm, { groupId });
  if (confirmed.ok) return true;
  const again = await reserve(deps, groupId, draftOf(state));
  return again.ok && (await deps.peers.call(inventoryConfirm, { groupId })).ok;
}

function reserve({ peers, clock }: BuyDeps, groupId: OrderGroupId, draft: Draft) {
  const lines = draft.orders
    .flatMap((order) => order.items)
    .flatMap(({ variantId, quantity }) => (variantId ? [{ variantId, quantity }] : []));
  const expiresAt = deadlineAfter(deadlines.paymentExpiry, clock.now()).toISOString();
  return peers.call(inventoryReserve, { groupId, lines, expiresAt });
}

async function redeem(peers: Peers, groupId: OrderGroupId, draft: Draft) {
  const couponCodes = couponsOf(draft);
  if (couponCodes.length === 0) return { ok: true } as const;
  return peers.call(pricingRedeem, { groupId, shopperId: draft.shopperId, couponCodes });
}

function authorize(peers: Peers, state: CheckoutState, draft: Draft) {
  const { groupId, paymentToken, expiresAt } = state;
  return peers.call(paymentAuthorize, {
    groupId,
    operationKey: `authorize:${groupId}`,
    amountMinor: draft.totalMinor,
    currency: draft.currency,
    shares: draft.orders.map(({ orderId, vendorId, payableMinor }) => ({
      orderId,
      vendorId,
      amountMinor: payableMinor,
    })),
    paymentToken: draft.totalMinor === 0 ? null : paymentToken,
    expiresAt,
  });
}

async function findPayment(peers: Peers, groupId: OrderGroupId): Promise<PaymentFacts | null> {
  const found = must(await peers.call(paymentFind, { groupId }), 'look-up of the payment');
  return found.payment && factsOf(found.payment);
}

async function voidPayment(peers: Peers, state: CheckoutState): Promise<void> {
  const { groupId, totalMinor } = state;
  const voided = await peers.call(paymentVoid, {
    groupId,
    orderId: null,
    operationKey: `void:${groupId}`,
    amountMinor: totalMinor,
    items: [],
  });
  must(voided, 'void of the payment');
}

function factsOf({ paymentId, status, declineCode, actionUrl }: PaymentState): PaymentFacts {
  return { paymentId, status, declineCode, actionUrl };
}

function couponsOf(draft: Draft): string[] {
  return draft.coupons.map((coupon) => coupon.code);
}

function draftOf(state: CheckoutState): Draft {
  assert(state.draft, 'A checkout under way has its draft');
  return state.draft;
}

/** A refusal that the contract does not foresee: tried again, and seen in the log. */
function must<T>(
  result: { ok: true; value: T } | { ok: false; error: { code: string; detail: string } },
  what: string,
): T {
  if (result.ok) return result.value;
  throw new Error(`The ${what} was refused: ${result.error.code}, ${result.error.detail}`);
}
