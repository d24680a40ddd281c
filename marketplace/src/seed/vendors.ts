import type { Api } from './api.ts';
import type { Demo, DemoCoupon, DemoVendor } from './data.ts';

export interface SeededVendor {
  readonly vendorId: string;
  readonly slug: string;
  /** The owner's session for the vendor. */
  readonly token: string;
}

/** Sample IBANs of the registry: right in form, nobody's account. */
const sampleIbans: Readonly<Record<string, string>> = {
  IE: 'IE29AIBK93115212345678',
  NL: 'NL91ABNA0417164300',
};

/** Takes a vendor from its application to a published catalogue. */
export async function seedVendor(
  api: Api,
  demo: Demo,
  vendor: DemoVendor,
  { operator, password }: { operator: string; password: string },
): Promise<SeededVendor> {
  const { owner } = vendor;
  const account = await api.call('POST', '/v1/auth/register', {
    body: { email: owner.email, password, name: owner.name },
  });
  const { vendorId } = await api.call('POST', '/v1/vendors', {
    token: account.accessToken,
    body: {
      name: vendor.name,
      slug: vendor.slug,
      country: vendor.country,
      contactEmail: vendor.contactEmail,
      story: vendor.story,
    },
  });
  await completeChecklist(api, vendor, vendorId, account.accessToken);
  await api.call('POST', `/v1/vendors/${vendorId}/approve`, { token: operator });
  const session = await api.call('POST', '/v1/auth/login', {
    body: { email: owner.email, password, vendorId },
  });
  const token: string = session.accessToken;
  await api.call('PUT', '/v1/shipping-profiles/mine', {
    token,
    body: { zones: zonesOf(vendor, demo.marketplace.currency) },
  });
  if (vendor.commission.components) {
    await api.call('PUT', '/v1/commission-rules', {
      token: operator,
      body: { vendorId, rules: vendor.commission.components },
    });
  }
  await api.call('POST', '/v1/products/import', {
    token,
    raw: { type: 'text/csv', body: await demo.catalogue(vendor) },
  });
  return { vendorId, slug: vendor.slug, token };
}

async function completeChecklist(
  api: Api,
  vendor: DemoVendor,
  vendorId: string,
  token: string,
): Promise<void> {
  const statements: readonly [string, unknown][] = [
    ['terms', '1'],
    ['identityDocument', 'Register extract, seen on paper'],
    ['bankAccount', { iban: sampleIbans[vendor.country], accountHolder: vendor.name }],
    ['address', vendor.address],
  ];
  for (const [requirement, value] of statements) {
    await api.call('PUT', `/v1/vendors/${vendorId}/checklist/${requirement}`, {
      token,
      body: { value },
    });
  }
}

function zonesOf(vendor: DemoVendor, currency: string): unknown[] {
  return vendor.shippingProfile.zones.map((zone) => ({
    name: zone.name,
    countries: zone.countries,
    currency,
    rates: zone.rates.map((rate) => ({
      rateId: crypto.randomUUID(),
      name: rate.name,
      minDays: rate.minDays,
      maxDays: rate.maxDays,
      freeAboveMinor: rate.kind === 'freeAbove' ? rate.freeAboveMinor : null,
      rule:
        rate.kind === 'byWeight'
          ? { kind: 'byWeight', bands: rate.bands }
          : { kind: 'flat', amountMinor: rate.amountMinor },
    })),
  }));
}

/** A vendor's coupon is made by the vendor, a marketplace's by the operator. */
export async function seedCoupon(
  api: Api,
  coupon: DemoCoupon,
  operator: string,
  vendors: readonly SeededVendor[],
): Promise<void> {
  const vendor = vendors.find(({ slug }) => slug === coupon.scope);
  const terms =
    coupon.kind === 'percentage'
      ? { kind: coupon.kind, ratePpm: coupon.ratePpm }
      : coupon.kind === 'fixed'
        ? { kind: coupon.kind, amountMinor: coupon.amountMinor }
        : { kind: coupon.kind };
  await api.call('POST', '/v1/coupons', {
    token: vendor?.token ?? operator,
    body: {
      code: coupon.code,
      discount: terms,
      currency: coupon.currency,
      minimumMinor: coupon.minimumMinor,
      ...(vendor ? {} : { vendorFundedPpm: coupon.vendorFundedPpm }),
      usageLimit: coupon.limits.total,
      perShopperLimit: coupon.limits.perShopper,
    },
  });
}
