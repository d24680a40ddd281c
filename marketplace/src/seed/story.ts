import type { Api } from './api.ts';
import type { Demo, DemoReview } from './data.ts';
import { type BoughtOrder, buy, cancel, deliver, type SeededShopper, ship } from './orders.ts';
import type { SeededVendor } from './vendors.ts';

/** Products of one shopper's order, at most this many. */
const productsPerOrder = 3;
const dispatchDays = 2;
const transitDays = 4;
const reviewDays = 6;

/** Something that happens on a day of the story. */
export interface Act {
  readonly day: number;
  run(): Promise<void>;
}

/** What the demo's shoppers bought, and what became of it. */
export function createStory(
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
