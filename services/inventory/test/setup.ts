import { type ProductSnapshot, productChanged, productSnapshotSample } from '@mkt/contracts';
import { type Id, newId, type VariantId } from '@mkt/kernel';
import { startTestService, type TestService } from '@mkt/service-kit/testing';
import { inject } from 'vitest';
import { inventoryService } from '../src/index.ts';

export const minuteMs = 60_000;

export function startInventory(): Promise<TestService> {
  return startTestService(inventoryService, { postgresUrl: inject('postgresUrl') });
}

export interface StockedVariant {
  readonly policy?: 'deny' | 'continue';
  readonly stocked: number;
}

export interface StockedProduct {
  readonly product: ProductSnapshot;
  readonly vendorId: Id<'Vendor'>;
  readonly variantIds: VariantId[];
}

/** A product whose variants were imported with these stocks. */
export async function importProduct(
  it: TestService,
  variants: readonly StockedVariant[],
  vendorId = newId<'Vendor'>(),
): Promise<StockedProduct> {
  const [variant] = (productSnapshotSample as ProductSnapshot).variants;
  const product: ProductSnapshot = {
    ...(productSnapshotSample as ProductSnapshot),
    productId: newId(),
    vendorId,
    version: 1,
    variants: variants.map(({ stocked, policy = 'deny' }) => ({
      ...variant!,
      variantId: newId(),
      importedQuantity: stocked,
      inventoryPolicy: policy,
    })),
  };
  await it.deliver(productChanged, product, { aggregateId: product.productId, vendorId });
  return { product, vendorId, variantIds: product.variants.map((each) => each.variantId) };
}

export interface StoredLevel {
  readonly stocked: number;
  readonly reserved: number;
}

/** Stock over all locations of a variant. */
export async function levelOf(it: TestService, variantId: VariantId): Promise<StoredLevel> {
  const { rows } = await it.database.admin(
    `SELECT sum(stocked)::int AS stocked, sum(reserved)::int AS reserved
     FROM inventory.stock_levels WHERE variant_id = $1`,
    [variantId],
  );
  return rows[0];
}

type Line = readonly [variantId: VariantId, quantity: number];

export async function reserve(
  it: TestService,
  lines: readonly Line[],
  { groupId = newId<'OrderGroup'>(), forMs = 15 * minuteMs } = {},
) {
  const outcome = await it.peer('inventory.reserve', {
    groupId,
    lines: lines.map(([variantId, quantity]) => ({ variantId, quantity })),
    expiresAt: new Date(it.clock.now().getTime() + forMs).toISOString(),
  });
  return { groupId, ...outcome };
}
