import { email, text, timestamp, vendorChanged } from '@mkt/contracts';
import { ok, refuse } from '@mkt/kernel';
import { type AnyRoute, route, vendorScope, versioned } from '@mkt/service-kit';
import { z } from 'zod';
import { noVendor, permit } from '../operations/permit.ts';
import { emitOfVendor, identityOf } from '../operations/vendor-events.ts';
import { lockVendor, type Settings, saveSettings, type VendorRow } from '../store/vendors.ts';
import { byVendor, fullView, vendorReply } from './shapes.ts';

const changes = z
  .strictObject({
    name: text(120, 2).optional(),
    story: text(4_000).nullable().optional(),
    contactEmail: email.optional(),
    handlingDays: z.int().min(0).max(60).optional(),
    vacationUntil: timestamp.nullable().optional(),
  })
  .refine((body) => Object.keys(body).length > 0, 'must change something');

const managers = { roles: ['owner', 'manager'], apiKey: true } as const;

export function settingsRoutes(): AnyRoute[] {
  return [
    route({
      method: 'PATCH',
      path: '/v1/vendors/:vendorId/settings',
      summary: 'Change the profile and the settings; needs the version that was read, as If-Match',
      access: ['account', { staff: managers.roles, scope: 'settings:write' }],
      params: z.strictObject(byVendor),
      body: changes,
      reply: { status: 200, schema: vendorReply },
      handle: async ({ actor, body, ifMatch, mutate, params: { vendorId } }) => {
        if (ifMatch === undefined) {
          return refuse('IF_MATCH_REQUIRED', 'Send the version of the vendor as If-Match.');
        }
        return mutate(vendorScope(vendorId), async (tx) => {
          const standing = await permit(tx, actor, vendorId, managers);
          if (!standing.ok) return standing;
          const vendor = await lockVendor(tx, vendorId);
          if (!vendor) return noVendor;
          if (vendor.version !== ifMatch) {
            return refuse('VERSION_CONFLICT', 'The vendor was changed meanwhile. Read it again.');
          }
          const saved = await saveSettings(tx, vendorId, merged(vendor, body));
          if (isShownElsewhere(vendor, saved)) {
            const { status } = saved;
            emitOfVendor(tx, saved, vendorChanged, { ...identityOf(saved), status });
          }
          return ok(versioned(fullView(saved, standing.value)));
        });
      },
    }),
  ];
}

/** Other services keep the name and the address; the rest is asked for here alone. */
function isShownElsewhere(before: VendorRow, after: VendorRow): boolean {
  return before.name !== after.name || before.contact_email !== after.contact_email;
}

/** Null empties a field, a missing one stays. */
function merged(vendor: VendorRow, body: z.output<typeof changes>): Settings {
  const { name, story, contactEmail, handlingDays, vacationUntil } = body;
  return {
    name: name ?? vendor.name,
    story: story === undefined ? vendor.story : story,
    contactEmail: contactEmail ?? vendor.contact_email,
    handlingDays: handlingDays ?? vendor.handling_days,
    vacationUntil: vacationUntil === undefined ? vendor.vacation_until : toDate(vacationUntil),
  };
}

function toDate(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
