import { inventoryStockChanged, type ProductSnapshot } from '@mkt/contracts';
import { newId } from '@mkt/kernel';
import type { Tx } from '@mkt/service-kit';
import { defaultLocationName, defaultLowStockThreshold } from '../config.ts';
import { createLevels, describeLevels } from '../store/catalogue.ts';
import { ensureDefaultLocation } from '../store/locations.ts';

/** Follows a product: new variants get a stock level, removed ones are kept but not sold. */
export async function applyProduct(tx: Tx, product: ProductSnapshot, now: Date): Promise<void> {
  const { productId, vendorId } = product;
  await describeLevels(tx, product);
  if (product.variants.length === 0) return;
  const location = { id: newId<'Location'>(), vendorId, name: defaultLocationName, createdAt: now };
  await ensureDefaultLocation(tx, location);
  const created = await createLevels(tx, product, { threshold: defaultLowStockThreshold, now });
  for (const { variantId, stocked, version } of created) {
    if (stocked === 0) continue;
    tx.emit({
      contract: inventoryStockChanged,
      aggregateId: variantId,
      aggregateVersion: version,
      vendorId,
      payload: { variantId, productId, vendorId, available: stocked },
    });
  }
}
