import { fileURLToPath } from 'node:url';
import { inventoryStockChanged } from '@mkt/contracts';
import { newId } from '@mkt/kernel';
import type { NewEvent } from '../src/index.ts';

export const sampleMigrationsDir = fileURLToPath(new URL('./sample-migrations', import.meta.url));

/** An event of an aggregate; the version is repeated in the payload, where a consumer sees it. */
export function stockChanged(aggregateId: string, aggregateVersion = 1): NewEvent {
  const vendorId = newId<'Vendor'>();
  return {
    contract: inventoryStockChanged,
    aggregateId,
    aggregateVersion,
    vendorId,
    payload: { ...inventoryStockChanged.sample, vendorId, available: aggregateVersion },
  };
}
