import { currency, id, version } from '@mkt/contracts';
import { assert, type CurrencyCode, ok, refuse, type VendorId } from '@mkt/kernel';
import { type AnyRoute, route, vendorOfActor, vendorScope, versioned } from '@mkt/service-kit';
import { z } from 'zod';
import { defaultZones } from '../domain/profile.ts';
import type { ProfileStore } from '../store/profiles.ts';
import { zones } from './shapes.ts';

const profile = z.strictObject({
  vendorId: id<'Vendor'>(),
  version,
  /** The vendor has not set anything: the marketplace's default rate applies. */
  isDefault: z.boolean(),
  zones,
});
const settings = { staff: ['owner', 'manager'], scope: 'settings:write' } as const;

export function profileRoutes(store: ProfileStore, defaultCurrency: CurrencyCode): AnyRoute[] {
  return [
    route({
      method: 'GET',
      path: '/v1/shipping-profiles/:vendorId',
      summary: 'Where a vendor ships and for how much',
      access: 'public',
      params: z.strictObject({ vendorId: id<'Vendor'>() }),
      query: z.strictObject({ currency: currency.optional() }),
      reply: { status: 200, schema: profile },
      publicCacheSeconds: 5,
      async handle({ params: { vendorId }, query }) {
        const known = (await store.of([vendorId])).get(vendorId);
        return ok(
          versioned({
            vendorId,
            version: known?.version ?? 0,
            isDefault: !known,
            zones: [...(known?.zones ?? defaultZones(query.currency ?? defaultCurrency))],
          }),
        );
      },
    }),
    route({
      method: 'PUT',
      path: '/v1/shipping-profiles/mine',
      summary:
        'Replace the shipping profile of the own vendor; If-Match names the version replaced',
      access: [settings],
      body: z.strictObject({ zones }),
      reply: { status: 200, schema: profile },
      async handle({ actor, body, ifMatch, mutate }) {
        const vendorId = vendorOfActor(actor) as VendorId;
        assert(vendorId, 'The access rule lets only a vendor in');
        return mutate(vendorScope(vendorId), async (tx) => {
          const replaced = await store.replace(tx, vendorId, body.zones, ifMatch ?? 0);
          if (replaced === undefined) {
            return refuse(
              'VERSION_CONFLICT',
              'The profile has another version now: read it again and send that as If-Match.',
            );
          }
          const answer = { vendorId, version: replaced, isDefault: false, zones: body.zones };
          return ok(versioned(answer));
        });
      },
    }),
  ];
}
