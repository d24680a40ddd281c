import { productChanged, vendorApproved, vendorReopened, vendorSuspended } from '@mkt/contracts';
import type { Clock } from '@mkt/kernel';
import { type Consumer, consume, type DueWork } from '@mkt/service-kit';
import { refreshOffer, replaceOffers } from '../store/offers.ts';
import { saveVendor } from '../store/vendors.ts';

export function pricingConsumers(clock: Clock, sales: DueWork): Consumer[] {
  const vendorIs = (open: boolean, contract: typeof vendorApproved | typeof vendorSuspended) =>
    consume(contract, (tx, { payload, aggregateVersion }) =>
      saveVendor(tx, payload.vendorId, { open, version: aggregateVersion }),
    );
  return [
    consume(productChanged, async (tx, { payload }) => {
      if (!(await replaceOffers(tx, payload))) return;
      const dueAt = await refreshOffer(tx, payload.productId, clock.now());
      tx.afterCommit(() => sales.armAt(dueAt));
    }),
    vendorIs(true, vendorApproved),
    vendorIs(false, vendorSuspended),
    vendorIs(true, vendorReopened),
  ];
}
