import { ensureOperator } from '@mkt/user';
import type { OffsetClock } from '../clock.ts';
import type { Marketplace } from '../compose.ts';
import { type Api, createInProcessApi } from './api.ts';
import { type Demo, type DemoReview, readDemo } from './data.ts';
import { type BoughtOrder, buy, cancel, deliver, type SeededShopper, ship } from './orders.ts';
import { type SeededVendor, seedCoupon, seedVendor } from './vendors.ts';

const dayMs = 86_400_000;
/** How long ago the demo's story begins. */
export const demoPastMs = 60 * dayMs;

const demoPassword = 'a-demo-password';
const operatorEmail = 'operator@marketplace.example.test';

/** Who can log in to a demo marketplace. The passwords are public: never seed a real one. */
export const demoCredentials: readonly { who: string; email: string; password: string }[] = [
  { who: 'operator', email: operatorEmail, password: demoPassword },
  { who: 'vendor Kiln & Co', email: 'hana@kilnandco.example.test', password: demoPassword },
  { who: 'shopper', email: 'margot@shoppers.example.test', password: demoPassword },
];

/** Products of one shopper's order, at most this many. */
const productsPerOrder = 3;
const dispatchDays = 2;
const transitDays = 4;
const reviewDays = 6;

interface Act {
  readonly day: number;
  run(): Promise<void>;
}

/** Makes the demo: vendors with catalogues, shoppers, and two months of trade in order of time. */
export async function seedDemo(marketplace: Marketplace, clock: OffsetClock): Promise<void> {
  const api = createInProcessApi(marketplace);
  const demo = await readDemo();
  clock.onAdvance(() => marketplace.sweep());
  const operator = await seedOperator(marketplace, api, demo);
  const vendors: SeededVendor[] = [];
  for (const vendor of demo.vendors) {
    vendors.push(await seedVendor(api, demo, vendor, { operator, password: demoPassword }));
  }
  await marketplace.idle();
  for (const { token } of vendors) {
    await api.call('POST', '/v1/products/bulk/submit', { token, body: { all: true } });
  }
  for (const { vendorId } of vendors) {
    const body = { vendorId, all: true };
    await api.call('POST', '/v1/products/bulk/approve', { token: operator, body });
  }
  for (const coupon of demo.coupons) await seedCoupon(api, coupon, operator, vendors);
  await marketplace.idle();

  const story = createStory(api, demo, vendors, await seedShoppers(api, demo));
  await play(await story.acts(), clock, marketplace);
  await payOut(api, vendors[0], demo.marketplace.currency);
  await marketplace.idle();
}

async function seedOperator(marketplace: Marketplace, api: Api, demo: Demo): Promise<string> {
  const user = marketplace.services.get('user');
  if (!user) throw new Error('The user service does not run here');
  await ensureOperator(user.db, {
    email: operatorEmail,
    password: demoPassword,
    name: 'Marketplace operator',
  });
  const { accessToken } = await api.call('POST', '/v1/auth/login', {
    body: { email: operatorEmail, password: demoPassword },
  });
  const { components, includeShipping } = demo.marketplace.commission;
  await api.call('PUT', '/v1/commission-rules', {
    token: accessToken,
    body: { rules: components, includeShipping },
  });
  return accessToken;
}

async function seedShoppers(api: Api, demo: Demo): Promise<SeededShopper[]> {
  const shoppers: SeededShopper[] = [];
  for (const shopper of demo.shoppers) {
    const { accessToken: token } = await api.call('POST', '/v1/auth/register', {
      body: { email: shopper.email, password: demoPassword, name: shopper.name },
    });
    for (const { label, isDefault, address } of shopper.addresses) {
      await api.call('POST', '/v1/users/me/addresses', {
        token,
        body: { label, isDefault, address },
      });
    }
    shoppers.push({ demo: shopper, token });
  }
  return shoppers;
}

/** Lets time pass up to each act; what becomes due on the way happens first. */
async function play(
  acts: readonly Act[],
  clock: OffsetClock,
  marketplace: Marketplace,
): Promise<void> {
  const beganAt = clock.now().getTime();
  for (const act of acts.toSorted((a, b) => a.day - b.day)) {
    const ahead = beganAt + act.day * dayMs - clock.now().getTime();
    if (ahead > 0) await clock.advance(ahead);
    await act.run();
    await marketplace.idle();
  }
  const toPresent = Date.now() - clock.now().getTime();
  if (toPresent > 0) await clock.advance(toPresent);
}

/** The first vendor has drawn its earnings once, so that payouts have something to show. */
async function payOut(api: Api, vendor: SeededVendor | undefined, currency: string): Promise<void> {
  if (!vendor) return;
  await api.call('POST', '/v1/payouts', { token: vendor.token, body: { currency } });
}

function createStory(
  api: Api,
  demo: Demo,
  vendors: readonly SeededVendor[],
  shoppers: readonly SeededShopper[],
) {
  let shipments = 0;

  async function productIds(): Promise<ReadonlyMap<string, string>> {
    const { items } = await api.call('GET', '/v1/search?limit=100&facets=false');
    return new Map(
      items.map((item: { handle: string; productId: string }) => [item.handle, item.productId]),
    );
  }

  const vendorToken = (vendorId: string): string => {
    const vendor = vendors.find((one) => one.vendorId === vendorId);
    if (!vendor) throw new Error(`No demo vendor ${vendorId}`);
    return vendor.token;
  };

  /** An order's way, from its day on, as far as it gets before the present. */
  function actsOf(
    shopper: SeededShopper,
    reviews: readonly DemoReview[],
    ids: ReadonlyMap<string, string>,
    { day, last }: { day: number; last: 'delivered' | 'shipped' | 'placed' | 'cancelled' },
  ): Act[] {
    let orders: BoughtOrder[] = [];
    const wishes = reviews.flatMap(({ handle }) => {
      const productId = ids.get(handle);
      return productId ? [{ productId, quantity: 1 }] : [];
    });
    const acts: Act[] = [
      {
        day,
        run: async () => {
          orders = (await buy(api, shopper, wishes)) ?? [];
        },
      },
    ];
    const each = (work: (order: BoughtOrder) => Promise<void>) => async () => {
      for (const order of orders) await work(order);
    };
    if (last === 'cancelled') {
      acts.push({ day, run: each(({ orderId }) => cancel(api, shopper.token, orderId)) });
    }
    if (last === 'shipped' || last === 'delivered') {
      acts.push({
        day: day + dispatchDays,
        run: each(({ orderId, vendorId }) => {
          shipments += 1;
          return ship(api, vendorToken(vendorId), orderId, shipments);
        }),
      });
    }
    if (last === 'delivered') {
      acts.push({
        day: day + dispatchDays + transitDays,
        run: each(({ orderId, vendorId }) => deliver(api, vendorToken(vendorId), orderId)),
      });
      acts.push({
        day: day + dispatchDays + transitDays + reviewDays,
        run: () => writeReviews(api, shopper, reviews, ids),
      });
    }
    return acts;
  }

  return {
    async acts(): Promise<Act[]> {
      const ids = await productIds();
      return shoppers.flatMap((shopper, place) => {
        const own = demo.reviews.filter((review) => review.shopper === shopper.demo.slug);
        const past = chunk(own, productsPerOrder).flatMap((reviews, n) =>
          actsOf(shopper, reviews, ids, { day: 3 + place + n * 10, last: 'delivered' }),
        );
        const lately = recent[place % recent.length] ?? 'placed';
        const again = own.slice(0, 2);
        return [...past, ...actsOf(shopper, again, ids, { day: 55 + (place % 4), last: lately })];
      });
    },
  };
}

/** How the shoppers' latest orders stand at the present. */
const recent = ['placed', 'shipped', 'cancelled', 'placed'] as const;

/** Reviews what has arrived; a product that could not be had has no line to review. */
async function writeReviews(
  api: Api,
  shopper: SeededShopper,
  reviews: readonly DemoReview[],
  ids: ReadonlyMap<string, string>,
): Promise<void> {
  const { items } = await api.call('GET', '/v1/reviews/reviewable', { token: shopper.token });
  for (const review of reviews) {
    const line = items.find(
      (one: { productId: string }) => one.productId === ids.get(review.handle),
    );
    if (!line) continue;
    const { rating, title, body } = review;
    await api.call('POST', '/v1/reviews', {
      token: shopper.token,
      body: { lineId: line.lineId, rating, title, body },
    });
  }
}

function chunk<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let at = 0; at < items.length; at += size) chunks.push(items.slice(at, at + size));
  return chunks;
}
