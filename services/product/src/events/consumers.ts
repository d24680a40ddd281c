import {
  reviewRatingChanged,
  vendorApproved,
  vendorChanged,
  vendorReopened,
  vendorSuspended,
} from '@mkt/contracts';
import { type Consumer, consume } from '@mkt/service-kit';
import { keepRating } from '../store/ratings.ts';
import { keepVendor, type VendorRow } from '../store/vendors.ts';

/** Copies what is shown with products; no product is written for it. */
export function createConsumers(): Consumer[] {
  const keeping =
    (status: VendorRow['status']) =>
    (
      tx: Parameters<typeof keepVendor>[0],
      {
        payload,
        aggregateVersion,
      }: { payload: Omit<VendorRow, 'status' | 'version'>; aggregateVersion: number },
    ) => {
      const { vendorId, name, slug } = payload;
      return keepVendor(tx, { vendorId, name, slug, status, version: aggregateVersion });
    };
  return [
    consume(vendorApproved, keeping('approved')),
    consume(vendorReopened, keeping('approved')),
    consume(vendorSuspended, keeping('suspended')),
    consume(vendorChanged, async (tx, { payload, aggregateVersion: version }) => {
      const { vendorId, name, slug, status } = payload;
      // A vendor that never sold is not kept: its approval will say its name.
      if (status !== 'approved' && status !== 'suspended') return;
      await keepVendor(tx, { vendorId, name, slug, status, version });
    }),
    consume(reviewRatingChanged, (tx, { payload, aggregateVersion }) =>
      keepRating(tx, {
        productId: payload.productId,
        vendorId: payload.vendorId,
        average: payload.ratingAverage,
        count: payload.ratingCount,
        version: aggregateVersion,
      }),
    ),
  ];
}
