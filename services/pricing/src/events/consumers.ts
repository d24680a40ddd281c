import { productChanged, vendorApproved, vendorReopened, vendorSuspended } from '@mkt/contracts';
import type { Clock, VendorId } from '@mkt/kernel';
import { type Consumer, type DueWork, type Tx, consume } from '@mkt/service-kit';
import { refreshOffer, replaceOffers } from '../store/offers.ts';

async function setVendor(tx: Tx, vendorId: VendorId, open: boolean, version: number): Promise<void> {
  await tx.query(
    `INSERT INTO vendors AS v (vendor_id, open, version) VALUES ($1, $2, $3)
     ON CONFLICT (vendor_id) DO UPDATE SET open = excluded.open, version = excluded.version
     WHERE v.version < excluded.version`,
    [vendorId, open, version],
  );
}

export function pricingConsumers(clock: Clock, sales: DueWork): Consumer[] {
  return [
    consume(productChanged, async (tx, { payload }) => {
      if (!(await replaceOffers(tx, payload))) return;
      const dueAt = await refreshOffer(tx, payload.productId, clock.now());
      tx.afterCommit(() => sales.armAt(dueAt));
    }),
    consume(vendorApproved, (tx, { payload, aggregateVersion }) =>
      setVendor(tx, payload.vendorId, true, aggregateVersion),
    ),
    consume(vendorSuspended, (tx, { payload, aggregateVersion }) =>
      setVendor(tx, payload.vendorId, false, aggregateVersion),
    ),
    consume(vendorReopened, (tx, { payload, aggregateVersion }) =>
      setVendor(tx, payload.vendorId, true, aggregateVersion),
    ),
  ];
}
