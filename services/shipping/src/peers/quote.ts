import { shippingQuote } from '@mkt/contracts';
import { ok } from '@mkt/kernel';
import { type PeerHandler, peerHandler } from '@mkt/service-kit';
import { defaultZones } from '../domain/profile.ts';
import { offersFor } from '../domain/quote.ts';
import type { ProfileStore } from '../store/profiles.ts';

/** One statement for all vendors of a cart. */
export function quotePeer(store: ProfileStore): PeerHandler {
  return peerHandler(shippingQuote, async ({ country, currency, parcels }) => {
    if (parcels.length === 0) return ok({ options: [], unserved: [] });
    const profiles = await store.of(parcels.map(({ vendorId }) => vendorId));
    const quoted = parcels.map(({ vendorId, ...parcel }) => {
      const zones = profiles.get(vendorId)?.zones ?? defaultZones(currency);
      return { vendorId, offers: offersFor(zones, { country, currency }, parcel) };
    });
    return ok({
      options: quoted.flatMap(({ vendorId, offers }) =>
        offers.map(({ rate, amountMinor }) => ({
          vendorId,
          rateId: rate.rateId,
          name: rate.name,
          amountMinor,
          minDays: rate.minDays,
          maxDays: rate.maxDays,
        })),
      ),
      unserved: quoted.filter(({ offers }) => offers.length === 0).map(({ vendorId }) => vendorId),
    });
  });
}
