import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { address } from '@mkt/contracts';
import { type CsvItem, type CsvProduct, readProducts } from '@mkt/product/csv';
import { describe, expect, test } from 'vitest';

interface Vendor {
  readonly slug: string;
  readonly name: string;
  readonly storyImage: string;
  readonly contactEmail: string;
  readonly country: string;
  readonly story: string;
  readonly owner: { readonly email: string };
  readonly address: unknown;
  readonly catalogue: string;
  readonly shippingProfile: { readonly zones: readonly Zone[] };
}

interface Zone {
  readonly name: string;
  readonly countries: readonly string[];
  readonly rates: readonly Rate[];
}

type Rate = { readonly name: string; readonly minDays: number; readonly maxDays: number } & (
  | { readonly kind: 'flat'; readonly amountMinor: number }
  | { readonly kind: 'freeAbove'; readonly amountMinor: number; readonly freeAboveMinor: number }
  | { readonly kind: 'byWeight'; readonly bands: readonly Band[] }
);

interface Band {
  readonly upToGrams: number;
  readonly amountMinor: number;
}

interface Shopper {
  readonly slug: string;
  readonly email: string;
  readonly addresses: readonly { readonly isDefault: boolean; readonly address: unknown }[];
}

interface Review {
  readonly handle: string;
  readonly shopper: string;
  readonly rating: number;
  readonly title: string;
  readonly body: string;
}

interface Coupon {
  readonly code: string;
  readonly scope: string;
  readonly kind: string;
  readonly vendorFundedPpm: number;
}

function read<T>(name: string): T {
  return JSON.parse(readFileSync(`${import.meta.dirname}/${name}`, 'utf8')) as T;
}

async function importCatalogue(vendor: Vendor): Promise<CsvItem[]> {
  const source = createReadStream(`${import.meta.dirname}/${vendor.catalogue}`);
  const items: CsvItem[] = [];
  for await (const item of readProducts(source, { currency: 'EUR' })) items.push(item);
  return items;
}

const marketplace = read<{ hero: { wide: string; tall: string } }>('marketplace.json');
const vendors = read<Vendor[]>('vendors.json');
const shoppers = read<Shopper[]>('shoppers.json');
const reviews = read<Review[]>('reviews.json');
const coupons = read<Coupon[]>('coupons.json');
const imageFiles = readdirSync(`${import.meta.dirname}/images`);
const catalogues = await Promise.all(
  vendors.map(async (vendor) => ({ vendor, items: await importCatalogue(vendor) })),
);
const products: { product: CsvProduct; vendor: Vendor }[] = catalogues.flatMap(
  ({ vendor, items }) =>
    items.flatMap((item) => (item.kind === 'product' ? [{ product: item.product, vendor }] : [])),
);
const variants = products.flatMap(({ product }) => product.variants);

/** Every picture that something in the demo shows. */
const shown: string[] = [
  marketplace.hero.wide,
  marketplace.hero.tall,
  ...vendors.map(({ storyImage }) => storyImage),
  ...products.flatMap(({ product }) => product.images.map(({ src }) => src)),
  ...variants.flatMap(({ imageSrc }) => (imageSrc === null ? [] : [imageSrc])),
];

function fileOf(src: string): string {
  return src.replace(/^\/media\/demo\//, '');
}

/** The picture, whatever the width and format of the file: `p-mug-640.webp` is `p-mug`. */
function pictureOf(file: string): string {
  return file.replace(/-\d+\.(avif|webp)$/, '');
}

describe('the applications', () => {
  test.each(vendors)('of $slug say what is told of it elsewhere', (vendor) => {
    const { name, slug, contactEmail, address: place, country, story } = vendor;
    expect(read(`applications/${slug}.json`)).toMatchObject({
      ...{ name, slug, country, contactEmail, story },
      checklist: { address: place, bankAccount: { accountHolder: name } },
    });
  });
});

describe('the catalogues', () => {
  test.each(catalogues)('of $vendor.name imports whole', ({ vendor, items }) => {
    expect(items.filter(({ kind }) => kind === 'problem')).toEqual([]);
    expect(items.length).toBeGreaterThanOrEqual(12);
    for (const item of items) {
      expect(item).toMatchObject({ product: { vendorName: vendor.name, status: 'active' } });
    }
  });

  test('share no handle and no stock number', () => {
    const handles = products.map(({ product }) => product.handle);
    const skus = variants.map(({ sku }) => sku);
    expect(new Set(handles).size).toBe(handles.length);
    expect(skus).not.toContain(null);
    expect(new Set(skus).size).toBe(skus.length);
  });

  test('show stock in every state: plenty, low, the last unit, none and not counted', () => {
    const quantities = new Set(variants.map(({ inventoryQuantity }) => inventoryQuantity));
    for (const quantity of [0, 1, 2, null]) expect(quantities).toContain(quantity);
    expect(Math.max(...variants.map((v) => v.inventoryQuantity ?? 0))).toBeGreaterThan(20);
  });

  test('let a search for ceramic mugs find them', () => {
    const mugs = products.filter(({ product }) => /\bmug\b/i.test(product.title));
    expect(mugs.length).toBeGreaterThanOrEqual(2);
    for (const { product } of mugs) {
      expect(product.tags).toEqual(expect.arrayContaining(['ceramic', 'mug', 'mugs']));
      expect(product.descriptionHtml).toMatch(/ceramic/i);
    }
  });

  test('describe each product at length, with facts, and none like another', () => {
    const descriptions = products.map(({ product }) => product.descriptionHtml);
    expect(new Set(descriptions).size).toBe(descriptions.length);
    for (const html of descriptions) {
      expect(html.match(/<p>/g)?.length).toBeGreaterThanOrEqual(2);
      expect(html.match(/<li>/g)?.length).toBeGreaterThanOrEqual(3);
    }
  });

  test('give every picture a text of its own, and weigh what is posted', () => {
    for (const { product } of products) {
      expect(product.images.length).toBeGreaterThan(0);
      for (const { alt } of product.images) expect(alt.length).toBeGreaterThan(10);
      for (const { grams, requiresShipping } of product.variants) {
        expect(grams > 0).toBe(requiresShipping);
      }
    }
  });
});

describe('the pictures', () => {
  test('that are named are there', () => {
    for (const src of shown) {
      expect(src).toMatch(/^\/media\/demo\//);
      expect(imageFiles).toContain(fileOf(src));
    }
  });

  test('that are there are shown', () => {
    const used = new Set(shown.map((src) => pictureOf(fileOf(src))));
    expect(imageFiles.filter((file) => !used.has(pictureOf(file)))).toEqual([]);
  });

  test('come in both formats at each width', () => {
    for (const file of imageFiles.filter((name) => name.endsWith('.webp'))) {
      expect(imageFiles).toContain(file.replace(/webp$/, 'avif'));
    }
  });
});

describe('the people', () => {
  test('have addresses and e-mails that the services accept', () => {
    expect(shoppers.length).toBeGreaterThanOrEqual(6);
    for (const { addresses } of shoppers) {
      expect(addresses.filter(({ isDefault }) => isDefault)).toHaveLength(1);
      for (const entry of addresses) expect(() => address.parse(entry.address)).not.toThrow();
    }
    for (const vendor of vendors) expect(() => address.parse(vendor.address)).not.toThrow();
    const emails = [
      ...shoppers.map(({ email }) => email),
      ...vendors.flatMap(({ contactEmail, owner }) => [contactEmail, owner.email]),
    ];
    expect(new Set(emails).size).toBe(emails.length);
    for (const email of emails) expect(email).toMatch(/^[a-z]+@[a-z]+\.example\.test$/);
  });
});

describe('the shipping profiles', () => {
  const zones = vendors.flatMap(({ shippingProfile }) => shippingProfile.zones);

  test('name each country once, with days that make sense', () => {
    for (const { shippingProfile } of vendors) {
      const countries = shippingProfile.zones.flatMap((zone) => zone.countries);
      expect(new Set(countries).size).toBe(countries.length);
    }
    for (const { minDays, maxDays } of zones.flatMap(({ rates }) => rates)) {
      expect(minDays).toBeLessThanOrEqual(maxDays);
    }
  });

  test('use every kind of rate, with weight bands that rise and take the heaviest piece', () => {
    const rates = zones.flatMap((zone) => zone.rates);
    expect(new Set(rates.map(({ kind }) => kind))).toEqual(
      new Set(['flat', 'freeAbove', 'byWeight']),
    );
    const heaviest = Math.max(...variants.map(({ grams }) => grams));
    for (const rate of rates) {
      if (rate.kind !== 'byWeight') continue;
      const limits = rate.bands.map(({ upToGrams }) => upToGrams);
      const amounts = rate.bands.map(({ amountMinor }) => amountMinor);
      expect(limits).toEqual(limits.toSorted((a, b) => a - b));
      expect(amounts).toEqual(amounts.toSorted((a, b) => a - b));
      expect(limits.at(-1)).toBeGreaterThan(heaviest);
    }
  });
});

describe('the reviews', () => {
  test('are of products that could be sent to their writers, one each', () => {
    const countryOf = new Map(
      shoppers.map(({ slug, addresses }) => [
        slug,
        address.parse(addresses.find(({ isDefault }) => isDefault)?.address).country,
      ]),
    );
    for (const { handle, shopper } of reviews) {
      const vendor = products.find(({ product }) => product.handle === handle)?.vendor;
      const served = vendor?.shippingProfile.zones.flatMap(({ countries }) => countries);
      expect(served, `${shopper} on ${handle}`).toContain(countryOf.get(shopper));
    }
    const keys = reviews.map(({ handle, shopper }) => `${handle} ${shopper}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('are not all praise', () => {
    for (const rating of [2, 3, 4, 5]) {
      expect(reviews.map((review) => review.rating)).toContain(rating);
    }
    expect(new Set(reviews.map(({ body }) => body)).size).toBe(reviews.length);
  });
});

test('the coupons are of each kind, and name a vendor that exists or the marketplace', () => {
  const scopes = ['marketplace', ...vendors.map(({ slug }) => slug)];
  for (const { scope, vendorFundedPpm } of coupons) {
    expect(scopes).toContain(scope);
    if (scope !== 'marketplace') expect(vendorFundedPpm).toBe(1_000_000);
  }
  expect(coupons.map(({ kind }) => kind).toSorted()).toEqual([
    'fixed',
    'freeShipping',
    'percentage',
  ]);
  const shared = coupons.find(({ kind }) => kind === 'percentage');
  expect(shared?.vendorFundedPpm).toBeGreaterThan(0);
  expect(shared?.vendorFundedPpm).toBeLessThan(1_000_000);
});
