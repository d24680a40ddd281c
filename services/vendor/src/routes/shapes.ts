import { country, email, id, slug, timestamp, vendorRole, version } from '@mkt/contracts';
import type { VendorId } from '@mkt/kernel';
import type { Actor } from '@mkt/service-kit';
import { z } from 'zod';
import type { Standing } from '../operations/permit.ts';
import type { VendorRow } from '../store/vendors.ts';

/** In lower case, as ids in tokens and rows are: the same vendor however it is written. */
const vendorId = z.uuid().toLowerCase() as unknown as z.ZodType<VendorId, string>;
export const byVendor = { vendorId };

export const vendorStatus = z.enum(['applied', 'approved', 'rejected', 'suspended']);

/** Fields below `version` are for staff and operators. */
export const vendorReply = z.strictObject({
  vendorId: id<'Vendor'>(),
  name: z.string(),
  slug,
  country,
  story: z.string().nullable(),
  status: vendorStatus,
  handlingDays: z.int(),
  vacationUntil: timestamp.nullable(),
  approvedAt: timestamp.nullable(),
  version,
  contactEmail: email.optional(),
  statusReason: z.string().nullable().optional(),
  appliedAt: timestamp.optional(),
  role: vendorRole.nullable().optional(),
});
export type VendorView = z.output<typeof vendorReply>;

export function publicView(row: VendorRow): VendorView {
  return {
    vendorId: row.vendor_id,
    name: row.name,
    slug: row.slug,
    country: row.country,
    story: row.story,
    status: row.status,
    handlingDays: row.handling_days,
    vacationUntil: row.vacation_until?.toISOString() ?? null,
    approvedAt: row.approved_at?.toISOString() ?? null,
    version: row.version,
  };
}

export function fullView(row: VendorRow, standing: Standing): VendorView {
  return {
    ...publicView(row),
    contactEmail: row.contact_email,
    statusReason: row.status_reason,
    appliedAt: row.applied_at.toISOString(),
    role: standing.kind === 'staff' ? standing.role : null,
  };
}

/** Only for routes whose access is an account's or an operator's. */
export function personOf(actor: Actor): Extract<Actor, { kind: 'user' }> {
  if (actor.kind !== 'user') throw new Error(`A person's route was called by a ${actor.kind}`);
  return actor;
}
