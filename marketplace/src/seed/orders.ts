import { type Api, SeedError } from './api.ts';
import type { DemoShopper } from './data.ts';

export interface SeededShopper {
  readonly demo: DemoShopper;
  readonly token: string;
}

export interface Wish {
  readonly productId: string;
  readonly quantity: number;
}

export interface BoughtOrder {
  readonly orderId: string;
  readonly vendorId: string;
}

/** A card that the payment simulator always accepts. */
const goodCard = { number: '4242424242424242', expMonth: 12, expYear: 2031, cvc: '123' };
/** The demo never buys the last ones: there should be something left to look at. */
const leaveUnits = 3;

/** The address that a shopper's orders go to. */
function addressOf(shopper: SeededShopper) {
  const chosen = shopper.demo.addresses.find(({ isDefault }) => isDefault);
  const [first] = shopper.demo.addresses;
  const address = (chosen ?? first)?.address;
  if (!address) throw new Error(`${shopper.demo.slug} has no address`);
  return address;
}

/** Fills a cart and checks it out; undefined where nothing wished for can be had. */
export async function buy(
  api: Api,
  shopper: SeededShopper,
  wishes: readonly Wish[],
  coupons: readonly string[] = [],
): Promise<BoughtOrder[] | undefined> {
  const { token } = shopper;
  const address = addressOf(shopper);
  const query = `?country=${address.country}`;
  let cart = await api.call('POST', `/v1/carts${query}`, { token });
  for (const wish of wishes) {
    cart = (await addFirstFree(api, { token, cart, query }, wish)) ?? cart;
  }
  if (cart.lines.length === 0) return undefined;
  if (coupons.length > 0) {
    cart = await api.call('PUT', `/v1/carts/${cart.cartId}/coupons${query}`, {
      token,
      body: { codes: coupons },
    });
  }
  const reply = await checkOut(api, shopper, cart);
  return reply.orders;
}

interface CartReply {
  readonly cartId: string;
  readonly lines: { lineId: string; variantId: string; vendorId: string; problem: string | null }[];
  readonly shipping: {
    options: { vendorId: string; rateId: string; price: { amountMinor: number } }[];
    unserved: string[];
  };
  readonly goodsTotal: { amountMinor: number; currency: string };
}

/** Adds the first variant of a product that can be had and shipped; takes others out again. */
async function addFirstFree(
  api: Api,
  { token, cart, query }: { token: string; cart: CartReply; query: string },
  wish: Wish,
): Promise<CartReply | undefined> {
  const { items } = await api.call('GET', `/v1/prices?productId=${wish.productId}`);
  for (const { variantId } of items) {
    const { quantity } = wish;
    const added = await api.call('POST', `/v1/carts/${cart.cartId}/lines${query}`, {
      token,
      body: { variantId, quantity },
    });
    const line = added.lines.find((one: { variantId: string }) => one.variantId === variantId);
    const enough = line.available === null || line.available >= quantity + leaveUnits;
    if (!line.problem && enough && !added.shipping.unserved.includes(line.vendorId)) return added;
    await removeLine(api, token, cart.cartId, line.lineId);
  }
  return undefined;
}

async function removeLine(api: Api, token: string, cartId: string, lineId: string): Promise<void> {
  await api.call('DELETE', `/v1/carts/${cartId}/lines/${lineId}`, { token });
}

async function checkOut(api: Api, shopper: SeededShopper, cart: CartReply) {
  const { token, demo } = shopper;
  const cheapest = new Map<string, CartReply['shipping']['options'][number]>();
  for (const option of cart.shipping.options) {
    if (!cheapest.has(option.vendorId)) cheapest.set(option.vendorId, option);
  }
  const shippingMinor = [...cheapest.values()].reduce(
    (sum, { price }) => sum + price.amountMinor,
    0,
  );
  const { token: paymentToken } = await api.call('POST', '/v1/payment-simulator/tokens', {
    body: goodCard,
  });
  const send = (expectedTotal: unknown) =>
    api.call('POST', '/v1/checkouts', {
      token,
      body: {
        cartId: cart.cartId,
        email: demo.email,
        shippingAddress: addressOf(shopper),
        shipping: [...cheapest.values()].map(({ vendorId, rateId }) => ({ vendorId, rateId })),
        paymentToken,
        expectedTotal,
      },
    });
  const { amountMinor, currency } = cart.goodsTotal;
  try {
    return await send({ amountMinor: amountMinor + shippingMinor, currency });
  } catch (error) {
    // Free shipping and tax on top change the total only once the rates are chosen.
    if (!(error instanceof SeedError) || error.code !== 'PRICE_CHANGED') throw error;
    return send((error.data as { total: unknown }).total);
  }
}

/** Ships a vendor order whole. */
export async function ship(api: Api, token: string, orderId: string, place: number): Promise<void> {
  await api.call('POST', `/v1/orders/${orderId}/shipments`, {
    token,
    body: { carrier: 'An Post', trackingNumber: `LX${String(100_000_000 + place)}IE` },
  });
}

/** Says that every shipment of an order has arrived. */
export async function deliver(api: Api, token: string, orderId: string): Promise<void> {
  const { items } = await api.call('GET', `/v1/shipments?orderId=${orderId}`, { token });
  for (const { shipmentId } of items) {
    await api.call('POST', `/v1/shipments/${shipmentId}/deliver`, { token });
  }
}

export async function cancel(api: Api, token: string, orderId: string): Promise<void> {
  await api.call('POST', `/v1/orders/${orderId}/cancel`, {
    token,
    body: { reason: 'I found the same colour at home after all.' },
  });
}
