import { noCost, type UseCase } from '@mkt/topology';
import { checkoutBody } from '../support/actors.ts';
import type { Counted, CountedMarketplace } from './marketplace.ts';

/**
 * What the counters saw of one use case, where no cache answered. A webhook is seen with the checkout
 * that it tells of.
 */
export type Measured = Partial<Record<UseCase, Counted>>;

const runs = 3;
const country = 'country=IE';

/** Every use case in turn, as a visitor, a vendor or the machinery sets it off. */
export async function measureUseCases(market: CountedMarketplace): Promise<Measured> {
  return {
    ...(await measureReads(market)),
    ...(await measureOrders(market)),
    ...(await measureMachinery(market)),
  };
}

/** Each answer for the first time: no cache has it. */
async function measureReads(market: CountedMarketplace): Promise<Measured> {
  const { visit, costOf, productIds } = market;
  return {
    pageView: await costOf(runs, async (run) => {
      await visit('GET', `/v1/products/${productIds[run]}`);
      await visit('GET', `/v1/reviews?productId=${productIds[run]}`);
    }),
    search: await costOf(runs, async (run) => {
      await visit('GET', `/v1/search?q=oak%20${run}&facets=true`);
    }),
  };
}

async function measureOrders(market: CountedMarketplace): Promise<Measured> {
  const { visit, costOf, basket, vendors } = market;

  async function newCart() {
    const { accessToken: token } = await visit('POST', '/v1/auth/guest');
    const { cartId } = await visit('POST', '/v1/carts', { token });
    return { token, cartId };
  }
  async function filledCart() {
    const { token, cartId } = await newCart();
    let cart: unknown;
    for (const body of basket) {
      cart = await visit('POST', `/v1/carts/${cartId}/lines?${country}`, { token, body });
    }
    return { token, cart };
  }
  async function buy({ token, cart }: Awaited<ReturnType<typeof filledCart>>) {
    const body = await checkoutBody(market.shape.url, cart);
    const placed = await visit('POST', '/v1/checkouts', { token, body });
    if (placed.state !== 'placed') throw new Error(`The checkout ended as ${placed.state}`);
  }

  const addToCart = await costOf(runs, async (run) => {
    const { token, cartId } = await newCart();
    const body = basket[run % basket.length];
    await visit('POST', `/v1/carts/${cartId}/lines?${country}`, { token, body });
  });
  const carts = await Promise.all(Array.from({ length: 2 * runs }, filledCart));
  const take = () => {
    const cart = carts.pop();
    if (!cart) throw new Error('Every cart was bought');
    return cart;
  };
  const checkout = await costOf(runs, () => buy(take()));

  const fulfillment = await costOf(runs, async () => {
    for (const { token } of vendors) await shipAndDeliver(market, token);
  });
  await market.costOf(1, () => addEndpoint(market));
  const called = market.webhooks.requests();
  const withWebhook = await costOf(runs, () => buy(take()));
  if (market.webhooks.requests() - called !== runs) throw new Error('A webhook was not sent');
  return { addToCart, checkout, fulfillment, webhook: withWebhook };
}

async function addEndpoint({ visit, vendors, webhooks }: CountedMarketplace): Promise<void> {
  const body = { url: webhooks.url, eventTypes: ['order.placed'] };
  await visit('POST', '/v1/notifications/webhooks', { token: vendors[0].token, body });
}

async function shipAndDeliver({ visit, shape }: CountedMarketplace, token: string): Promise<void> {
  const { items } = await visit('GET', '/v1/orders?status=placed&limit=1', { token });
  const [{ orderId }] = items;
  const tracking = { carrier: 'Post', trackingNumber: 'RR1' };
  await visit('POST', `/v1/orders/${orderId}/shipments`, { token, body: tracking });
  await shape.settle();
  const shipments = await visit('GET', `/v1/shipments?orderId=${orderId}`, { token });
  await visit('POST', `/v1/shipments/${shipments.items[0].shipmentId}/deliver`, { token });
}

async function measureMachinery(market: CountedMarketplace): Promise<Measured> {
  const { visit, costOf, basket, vendors, shape } = market;
  const operator = await shape.operator();
  const vendorUpdate = await costOf(runs, async (run) => {
    const body = { stocked: 900 + run };
    const path = `/v1/stock/${basket[0]?.variantId}`;
    await visit('PUT', path, { token: vendors[0].token, body });
  });
  const registered = await costOf(runs, async (run) => {
    const body = {
      email: `hop-${run}@suite.example.test`,
      password: 'correct horse battery',
      name: 'Ada Marsh',
    };
    await visit('POST', '/v1/auth/register', { body });
  });
  const eventHop = {
    ...nothing,
    statements: { customer: market.statementsOf('notification') },
    spans: registered.spans / 2,
  };
  const scrape = await costOf(runs, async () => {
    await visit('GET', '/metrics');
  });
  const report = () => visit('GET', '/v1/budget/usage', { token: operator });
  // The first report of a day adds rows; all later ones add to these.
  await report();
  // Every service sweeps, so that each has something to report.
  const sweep = await costOf(1, () => shape.advance(1));
  return {
    vendorUpdate,
    eventHop,
    scrape,
    sweep,
    usageReport: await costOf(1, async () => {
      await report();
    }),
  };
}

const { cpuMs: _, ...nothing } = noCost;
