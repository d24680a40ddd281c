import { id, page, pageQuery, text } from '@mkt/contracts';
import { newId, ok, refuse } from '@mkt/kernel';
import { type AnyRoute, decodeIdCursor, pageOf, route, vendorScope } from '@mkt/service-kit';
import { z } from 'zod';
import { addLocation, countLocations, listLocations } from '../store/locations.ts';
import { mayRead, mayWrite, type RouteParts, scopeOf, staffVendor } from './shared.ts';

const maxLocations = 20;

const location = z.strictObject({
  locationId: id<'Location'>(),
  name: z.string(),
  /** Where stock is kept unless another location is named. */
  isDefault: z.boolean(),
});

export function locationRoutes({ db, clock }: RouteParts): AnyRoute[] {
  const list = route({
    method: 'GET',
    path: '/v1/stock/locations',
    summary: 'List where the vendor keeps its goods',
    access: [mayRead, 'operator'],
    query: z.strictObject(pageQuery),
    reply: { status: 200, schema: page(location) },
    handle: async ({ actor, query }) => {
      const after = decodeIdCursor(query.cursor);
      const rows = await db.transaction(scopeOf(actor), (tx) =>
        listLocations(tx, after, query.limit),
      );
      return ok(pageOf(rows, query.limit, { item: (row) => row, key: (row) => row.locationId }));
    },
  });

  const add = route({
    method: 'POST',
    path: '/v1/stock/locations',
    summary: 'Add a location',
    access: mayWrite,
    body: z.strictObject({ name: text(120) }),
    reply: { status: 201, schema: location },
    refusals: { TOO_MANY_LOCATIONS: 409 },
    handle: ({ actor, body, mutate }) => {
      const vendorId = staffVendor(actor);
      return mutate(vendorScope(vendorId), async (tx) => {
        if ((await countLocations(tx)) >= maxLocations) {
          return refuse('TOO_MANY_LOCATIONS', `A vendor has at most ${maxLocations} locations.`);
        }
        const locationId = newId<'Location'>();
        await addLocation(tx, { id: locationId, vendorId, ...body, createdAt: clock.now() });
        return ok({ locationId, name: body.name, isDefault: false });
      });
    },
  });

  return [list, add];
}
