import type { Marketplace } from '../marketplace/src/compose.ts';
import { approvedVendor, operatorOf, publish } from '../tests/support/actors.ts';
import { expectOk, request } from '../tests/support/http.ts';

const productsPerVendor = 30;
/** Enough for every checkout of a run. */
const stock = 1_000_000;
const vendorNames = ['First', 'Second'];

/** Two vendors with published, stocked products: what checkouts and listings need. */
export async function seedCatalogue(marketplace: Marketplace): Promise<void> {
  const operator = await operatorOf(marketplace);
  for (const name of vendorNames) {
    const vendor = await approvedVendor(marketplace.url, operator, name);
    const products = Array.from({ length: productsPerVendor }, (_, n) => ({
      handle: `${name.toLowerCase()}-${n}`,
      priceMinor: 1_900 + 10 * n,
      stock,
    }));
    await publish(marketplace.url, operator, vendor, products);
    await marketplace.idle();
  }
  await marketplace.idle();
}

export interface Shelf {
  readonly productIds: readonly string[];
  /** Two variants of one vendor and one of the other. */
  readonly basket: readonly { readonly variantId: string; readonly quantity: number }[];
}

/** What stands in the shop, as any visitor sees it. */
export async function shelfOf(url: string): Promise<Shelf> {
  const { items } = await expectOk(request(url, 'GET', '/v1/products?limit=100'));
  const byVendor = Map.groupBy(items as Summary[], ({ vendorId }) => vendorId);
  const [two = [], one = []] = [...byVendor.values()];
  const chosen = [...two.slice(0, 2), ...one.slice(0, 1)];
  if (chosen.length !== 3) throw new Error('The catalogue lacks products of two vendors');
  const basket = await Promise.all(
    chosen.map(async ({ id }) => {
      const product = await expectOk(request(url, 'GET', `/v1/products/${id}`));
      return { variantId: product.variants[0].id as string, quantity: 1 };
    }),
  );
  return { productIds: (items as Summary[]).map(({ id }) => id), basket };
}

interface Summary {
  readonly id: string;
  readonly vendorId: string;
}
