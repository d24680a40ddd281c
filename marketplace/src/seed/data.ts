import { readFile } from 'node:fs/promises';

const folder = new URL('../../demo/', import.meta.url);

interface Address {
  readonly name: string;
  readonly line1: string;
  readonly line2?: string;
  readonly city: string;
  readonly region?: string;
  readonly postalCode: string;
  readonly country: string;
}

type DemoRate =
  | { kind: 'flat'; name: string; amountMinor: number; minDays: number; maxDays: number }
  | {
      kind: 'freeAbove';
      name: string;
      amountMinor: number;
      freeAboveMinor: number;
      minDays: number;
      maxDays: number;
    }
  | {
      kind: 'byWeight';
      name: string;
      bands: { upToGrams: number; amountMinor: number }[];
      minDays: number;
      maxDays: number;
    };

export interface DemoVendor {
  readonly slug: string;
  readonly name: string;
  readonly story: string;
  readonly contactEmail: string;
  readonly owner: { readonly name: string; readonly email: string };
  readonly address: Address;
  readonly country: string;
  readonly catalogue: string;
  readonly shippingProfile: {
    readonly zones: readonly {
      readonly name: string;
      readonly countries: '*' | string[];
      readonly rates: readonly DemoRate[];
    }[];
  };
  readonly commission: { readonly components: readonly unknown[] | null };
}

export interface DemoShopper {
  readonly slug: string;
  readonly name: string;
  readonly email: string;
  readonly addresses: readonly {
    readonly label: string;
    readonly isDefault: boolean;
    readonly address: Address;
  }[];
}

export interface DemoReview {
  readonly handle: string;
  readonly shopper: string;
  readonly rating: number;
  readonly title: string;
  readonly body: string;
}

export interface DemoCoupon {
  readonly code: string;
  /** `marketplace` or a vendor's slug. */
  readonly scope: string;
  readonly kind: 'percentage' | 'fixed' | 'freeShipping';
  readonly ratePpm?: number;
  readonly amountMinor?: number;
  readonly vendorFundedPpm: number;
  readonly minimumMinor: number | null;
  readonly currency: string;
  readonly limits: { readonly total: number | null; readonly perShopper: number | null };
}

export interface Demo {
  readonly vendors: readonly DemoVendor[];
  readonly shoppers: readonly DemoShopper[];
  readonly reviews: readonly DemoReview[];
  readonly coupons: readonly DemoCoupon[];
  readonly marketplace: {
    readonly currency: string;
    readonly commission: {
      readonly components: readonly unknown[];
      readonly includeShipping: boolean;
    };
  };
  catalogue(vendor: DemoVendor): Promise<Buffer>;
}

async function json<T>(name: string): Promise<T> {
  return JSON.parse(await readFile(new URL(name, folder), 'utf8')) as T;
}

/** The demo's own vendors, catalogues and people. */
export async function readDemo(): Promise<Demo> {
  return {
    vendors: await json('vendors.json'),
    shoppers: await json('shoppers.json'),
    reviews: await json('reviews.json'),
    coupons: await json('coupons.json'),
    marketplace: await json('marketplace.json'),
    catalogue: (vendor) => readFile(new URL(vendor.catalogue, folder)),
  };
}
