import {
  inventoryStockChanged,
  pricingOfferChanged,
  productChanged,
  reviewRatingChanged,
  vendorApproved,
  vendorChanged,
  vendorReopened,
  vendorSuspended,
} from '@mkt/contracts';
import { type Consumer, consume, type Tx } from '@mkt/service-kit';
import type { LiveIndex } from '../operations/live-index.ts';
import { putAvailability, putPrice, putProduct, putRating, putVendor } from '../store/entries.ts';

/** Stores what was told and lets the index catch up once it is committed. */
export function searchConsumers(index: LiveIndex): Consumer[] {
  const refreshAfter = (tx: Tx, productId: string, saved: boolean) => {
    if (saved) tx.afterCommit(() => index.refresh([productId]));
  };
  const vendor = async (
    tx: Tx,
    payload: { vendorId: string; name: string },
    hidden: boolean,
    version: number,
  ) => {
    const known = { vendorId: payload.vendorId, name: payload.name, hidden, version };
    const { saved, productIds } = await putVendor(tx, known);
    if (!saved) return;
    tx.afterCommit(() => {
      index.setVendorHidden(payload.vendorId, hidden);
      index.refresh(productIds);
    });
  };
  return [
    consume(productChanged, async (tx, { payload }) => {
      refreshAfter(tx, payload.productId, await putProduct(tx, payload));
    }),
    consume(pricingOfferChanged, async (tx, { payload, aggregateVersion: version }) => {
      const { productId, vendorId, ...price } = payload;
      refreshAfter(tx, productId, await putPrice(tx, { productId, vendorId, version }, price));
    }),
    consume(reviewRatingChanged, async (tx, { payload, aggregateVersion: version }) => {
      const { productId, vendorId, ratingAverage: average, ratingCount: count } = payload;
      const key = { productId, vendorId, version };
      refreshAfter(tx, productId, await putRating(tx, key, { average, count }));
    }),
    consume(inventoryStockChanged, async (tx, { payload, aggregateVersion: version }) => {
      refreshAfter(tx, payload.productId, await putAvailability(tx, { ...payload, version }));
    }),
    consume(vendorApproved, (tx, { payload, aggregateVersion }) =>
      vendor(tx, payload, false, aggregateVersion),
    ),
    consume(vendorSuspended, (tx, { payload, aggregateVersion }) =>
      vendor(tx, payload, true, aggregateVersion),
    ),
    consume(vendorReopened, (tx, { payload, aggregateVersion }) =>
      vendor(tx, payload, false, aggregateVersion),
    ),
    consume(vendorChanged, async (tx, { payload, aggregateVersion }) => {
      const { status } = payload;
      // A vendor that never sold has nothing here: its approval will say its name.
      if (status !== 'approved' && status !== 'suspended') return;
      await vendor(tx, payload, status === 'suspended', aggregateVersion);
    }),
  ];
}
