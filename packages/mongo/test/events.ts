import { inventoryStockChanged } from '@mkt/contracts';
import type { VendorId } from '@mkt/kernel';
import type { NewEvent } from '@mkt/service-kit';

/** Any event will do: what counts is whether it is stored. */
export function eventOf(aggregateId: string, vendorId: VendorId, aggregateVersion = 1): NewEvent {
  return {
    contract: inventoryStockChanged,
    aggregateId,
    aggregateVersion,
    vendorId,
    payload: inventoryStockChanged.sample,
  };
}
