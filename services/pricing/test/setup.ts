import {
  type ProductSnapshot,
  productChanged,
  productSnapshotSample,
  type Quote,
} from '@mkt/contracts';
import { newId, type Refusal, type Result, type VariantId } from '@mkt/kernel';
import { startTestService, type TestService } from '@mkt/service-kit/testing';
import { inject } from 'vitest';
import { pricingService } from '../src/index.ts';

export const dayMs = 86_400_000;

export function startPricing(): Promise<TestService> {
  return startTestService(pricingService, { postgresUrl: inject('postgresUrl') });
}

/** Publishes a product of one variant, as the product service would tell. */
export async function publish(
  it: TestService,
  priceMinor: number,
  more: Partial<ProductSnapshot> = {},
) {
  const sample = productChanged.payload.parse(productSnapshotSample);
  const variantId = newId<'Variant'>();
  const product: ProductSnapshot = {
    ...sample,
    productId: newId(),
    vendorId: newId(),
    version: 1,
    ...more,
    variants: [{ ...sample.variants[0]!, variantId, priceMinor }],
  };
  await it.deliver(productChanged, product);
  return { product, variantId, productId: product.productId, vendorId: product.vendorId };
}

export function askQuote(
  it: TestService,
  variantIds: readonly VariantId[],
  more: Record<string, unknown> = {},
) {
  return it.peer('pricing.quote', {
    currency: 'EUR',
    country: 'IE',
    shopperId: null,
    lines: variantIds.map((variantId) => ({ lineId: newId(), variantId, quantity: 1 })),
    shipping: [],
    couponCodes: [],
    ...more,
  }) as Promise<Result<Quote, Refusal>>;
}

/** What a quote makes of one variant: the unit price, or why there is none. */
export async function priceOf(it: TestService, variantId: VariantId, currency = 'EUR') {
  const quoted = await askQuote(it, [variantId], { currency });
  if (!quoted.ok) return quoted.error.code;
  return quoted.value.items[0]?.unitAmountMinor ?? quoted.value.unavailable[0]?.reason;
}
