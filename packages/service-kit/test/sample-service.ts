import { fileURLToPath } from 'node:url';
import { id, inventoryStockChanged, text } from '@mkt/contracts';
import { type Id, newId, ok, refuse, type VendorId } from '@mkt/kernel';
import { z } from 'zod';
import { route, type ServiceDefinition, vendorOfActor, vendorScope } from '../src/index.ts';

const note = z.strictObject({ id: id<'Product'>(), body: text(100), version: z.int() });
const anyStaff = { staff: ['owner', 'manager'], scope: 'stock:write' } as const;

/** A service as small as one can be, under the name of a real one, to try the plumbing on. */
export const sampleService: ServiceDefinition = {
  name: 'inventory',
  migrationsDir: fileURLToPath(new URL('./sample-migrations', import.meta.url)),
  buildApp: ({ db }) => ({
    routes: [
      route({
        method: 'POST',
        path: '/v1/stock/notes',
        summary: 'Add a note',
        access: [anyStaff],
        body: z.strictObject({ body: text(100) }),
        reply: { status: 201, schema: note },
        refusals: { NOTE_FORBIDDEN: 409 },
        handle: ({ actor, body, mutate }) => {
          const vendorId = vendorOfActor(actor) as VendorId;
          return mutate(vendorScope(vendorId), async (tx) => {
            const noteId = newId<'Product'>();
            await tx.query('INSERT INTO notes (id, vendor_id, body) VALUES ($1, $2, $3)', [
              noteId,
              vendorId,
              body.body,
            ]);
            tx.emit({
              contract: inventoryStockChanged,
              aggregateId: noteId,
              aggregateVersion: 1,
              vendorId,
              payload: {
                variantId: noteId as unknown as Id<'Variant'>,
                productId: noteId,
                vendorId,
                available: 1,
              },
            });
            if (body.body === 'forbidden') return refuse('NOTE_FORBIDDEN', 'Not that one.');
            return ok({ id: noteId, body: body.body, version: 1 });
          });
        },
      }),
      route({
        method: 'GET',
        path: '/v1/stock/notes',
        summary: 'List notes',
        access: [anyStaff],
        reply: { status: 200, schema: z.strictObject({ items: z.array(note) }) },
        handle: async ({ actor }) => {
          const vendorId = vendorOfActor(actor) as VendorId;
          const rows = await db.transaction(vendorScope(vendorId), (tx) =>
            tx.query('SELECT id, body, version FROM notes ORDER BY id'),
          );
          return ok({ items: rows as z.output<typeof note>[] });
        },
      }),
      route({
        method: 'GET',
        path: '/v1/stock/former-notes',
        summary: 'What nobody should call any more',
        access: 'public',
        reply: { status: 200, schema: z.strictObject({}) },
        deprecated: { since: '2027-01-31', sunset: '2027-07-31' },
        publicCacheSeconds: 60,
        immutable: true,
        handle: async () => ok({}),
      }),
    ],
    consumers: [],
  }),
};
