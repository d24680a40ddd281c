import {
  cartGet,
  payoutFreezeCommission,
  pricingQuote,
  type Quote,
  type ReplyOf,
  shippingQuote,
} from '@mkt/contracts';
import { type Money, newId, ok, type Refusal, type Result, refuse, type UserId } from '@mkt/kernel';
import type { Peers } from '@mkt/service-kit';
import { type Draft, draftOrders } from '../domain/draft.ts';
import { chosenShipping, parcelsOf, type ShippingChoice } from '../domain/parcels.ts';

export interface CheckoutRequest {
  readonly shopperId: UserId;
  readonly cartId: Draft['cartId'];
  readonly email: string;
  readonly shippingAddress: Draft['shippingAddress'];
  readonly shipping: readonly ShippingChoice[];
  readonly paymentToken: string | null;
  readonly expectedTotal: Money;
}

/** One payment has at most this many shares. */
const maxVendors = 50;

type Cart = ReplyOf<typeof cartGet>;
type Shipping = { vendorId: ShippingChoice['vendorId']; amountMinor: number }[];

/** Prices a cart from the sources of truth and freezes it; refuses what the shopper did not see. */
export async function quoteCheckout(
  peers: Peers,
  request: CheckoutRequest,
): Promise<Result<Draft, Refusal>> {
  const { cartId, shopperId } = request;
  const cart = await peers.call(cartGet, { cartId, shopperId });
  if (!cart.ok) return cart;
  if (cart.value.lines.length === 0) return refuse('CART_EMPTY', 'There is nothing in this cart.');
  const quoted = await quoteWithShipping(peers, cart.value, request);
  if (!quoted.ok) return quoted;
  const fresh = { amountMinor: quoted.value.totalMinor, currency: quoted.value.currency };
  const { expectedTotal } = request;
  if (
    fresh.amountMinor !== expectedTotal.amountMinor ||
    fresh.currency !== expectedTotal.currency
  ) {
    return refuse('PRICE_CHANGED', 'The total is another one now. Show it and ask again.', {
      total: fresh,
    });
  }
  if (fresh.amountMinor > 0 && request.paymentToken === null) {
    return refuse('PAYMENT_TOKEN_REQUIRED', 'There is something to pay: send a payment token.');
  }
  return freeze(peers, request, quoted.value);
}

async function quoteWithShipping(
  peers: Peers,
  cart: Cart,
  request: CheckoutRequest,
): Promise<Result<Quote, Refusal>> {
  const goods = await quoteOnce(peers, cart, request, []);
  if (!goods.ok) return goods;
  const vendors = new Set(goods.value.items.map((item) => item.vendorId));
  if (vendors.size > maxVendors) {
    return refuse('TOO_MANY_VENDORS', `One checkout buys from at most ${maxVendors} vendors.`);
  }
  const parcels = parcelsOf(goods.value);
  if (parcels.length === 0 && request.shipping.length === 0) return goods;
  const { country } = request.shippingAddress;
  const offered =
    parcels.length === 0
      ? ok({ options: [] })
      : await peers.call(shippingQuote, { country, currency: cart.currency, parcels });
  if (!offered.ok) return offered;
  const shipping = chosenShipping(parcels, offered.value.options, request.shipping);
  if (!shipping.ok) return shipping;
  return quoteOnce(peers, cart, request, shipping.value);
}

async function quoteOnce(
  peers: Peers,
  cart: Cart,
  { shopperId, shippingAddress }: CheckoutRequest,
  shipping: Shipping,
): Promise<Result<Quote, Refusal>> {
  const { currency, lines, couponCodes } = cart;
  const { country } = shippingAddress;
  const request = { currency, country, shopperId, lines, shipping, couponCodes };
  const quoted = await peers.call(pricingQuote, request);
  if (!quoted.ok) return quoted;
  const { unavailable, refusedCoupons } = quoted.value;
  if (unavailable.length > 0) {
    return refuse('ITEMS_UNAVAILABLE', 'Some lines of the cart cannot be bought any more.', {
      items: unavailable,
    });
  }
  if (refusedCoupons.length > 0) {
    return refuse('COUPON_REFUSED', 'A coupon of the cart does not apply any more.', {
      coupons: refusedCoupons,
    });
  }
  return quoted;
}

async function freeze(
  peers: Peers,
  request: CheckoutRequest,
  quote: Quote,
): Promise<Result<Draft, Refusal>> {
  const { currency, terms, coupons, totalMinor } = quote;
  const frozen = await peers.call(payoutFreezeCommission, {
    currency,
    marketplaceFundingTaxed: terms.marketplaceFundingTaxed,
    orders: [...Map.groupBy(quote.items, (item) => item.vendorId)].map(([vendorId, items]) => ({
      vendorId,
      items: items.map(
        ({ itemId, kind, quantity, baseMinor, netMinor, marketplaceFundedMinor }) => ({
          itemId,
          kind,
          quantity,
          baseMinor,
          netMinor,
          marketplaceFundedMinor,
        }),
      ),
    })),
  });
  if (!frozen.ok) return frozen;
  const ids = { orderId: () => newId<'Order'>(), lineId: () => newId<'OrderLine'>() };
  const { shopperId, cartId, email, shippingAddress } = request;
  return ok({
    shopperId,
    cartId,
    email,
    shippingAddress,
    currency,
    terms,
    coupons,
    orders: draftOrders(quote, frozen.value.items, ids),
    totalMinor,
  });
}
