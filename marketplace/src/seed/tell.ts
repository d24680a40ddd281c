import type { Api } from './api.ts';
import { demoPassword, demoPastMs } from './credentials.ts';
import { type Demo, readDemo } from './data.ts';
import type { SeededShopper } from './orders.ts';
import { type Act, createStory } from './story.ts';
import { type SeededVendor, seedCoupon, seedVendor } from './vendors.ts';

const dayMs = 86_400_000;

/** A marketplace to tell the demo on, in this process or elsewhere. */
export interface Stage {
  readonly api: Api;
  /** The access token of an operator. */
  readonly operator: string;
  /** The business clock, in milliseconds. */
  now(): number;
  /** Moves the business clock forward, and does what becomes due by then. */
  advance(ms: number): Promise<void>;
  /** Waits until what was done has reached everybody. */
  settle(): Promise<void>;
  /** Hears how far each part has come. */
  progress(part: string, done: number, total: number): void;
}

/** Makes the demo: vendors with catalogues, shoppers, and two months of trade in order of time. */
export async function tellDemo(stage: Stage): Promise<void> {
  const { api, operator } = stage;
  const demo = await readDemo();
  const beganAt = stage.now();
  const { components, includeShipping } = demo.marketplace.commission;
  const rules = { rules: components, includeShipping };
  await api.call('PUT', '/v1/commission-rules', { token: operator, body: rules });
  const vendors = await seedVendors(stage, demo);
  await publishAll(stage, vendors);
  for (const coupon of demo.coupons) await seedCoupon(api, coupon, operator, vendors);
  await stage.settle();

  const shoppers = await seedShoppers(stage, demo);
  await play(await createStory(api, demo, vendors, shoppers).acts(), stage, beganAt);
  await payOut(api, vendors[0], demo.marketplace.currency);
  await stage.settle();
}

async function seedVendors(stage: Stage, demo: Demo): Promise<SeededVendor[]> {
  const { api, operator } = stage;
  const vendors: SeededVendor[] = [];
  for (const vendor of demo.vendors) {
    stage.progress('vendors', vendors.length, demo.vendors.length);
    vendors.push(await seedVendor(api, demo, vendor, { operator, password: demoPassword }));
  }
  await stage.settle();
  return vendors;
}

async function publishAll(
  { api, operator }: Stage,
  vendors: readonly SeededVendor[],
): Promise<void> {
  for (const { token } of vendors) {
    await api.call('POST', '/v1/products/bulk/submit', { token, body: { all: true } });
  }
  for (const { vendorId } of vendors) {
    const body = { vendorId, all: true };
    await api.call('POST', '/v1/products/bulk/approve', { token: operator, body });
  }
}

async function seedShoppers(stage: Stage, demo: Demo): Promise<SeededShopper[]> {
  const { api } = stage;
  const shoppers: SeededShopper[] = [];
  for (const shopper of demo.shoppers) {
    stage.progress('shoppers', shoppers.length, demo.shoppers.length);
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
async function play(acts: readonly Act[], stage: Stage, beganAt: number): Promise<void> {
  const inOrder = acts.toSorted((a, b) => a.day - b.day);
  for (const [place, act] of inOrder.entries()) {
    stage.progress('two months of trade', place, inOrder.length);
    const ahead = beganAt + act.day * dayMs - stage.now();
    if (ahead > 0) await stage.advance(ahead);
    await act.run();
    await stage.settle();
  }
  const toPresent = beganAt + demoPastMs - stage.now();
  if (toPresent > 0) await stage.advance(toPresent);
}

/** The first vendor has drawn its earnings once, so that payouts have something to show. */
async function payOut(api: Api, vendor: SeededVendor | undefined, currency: string): Promise<void> {
  if (!vendor) return;
  await api.call('POST', '/v1/payouts', { token: vendor.token, body: { currency } });
}
