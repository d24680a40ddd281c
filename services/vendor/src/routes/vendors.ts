import {
  country,
  email,
  id,
  page,
  pageQuery,
  slug,
  text,
  vendorRole,
  vendorRoles,
} from '@mkt/contracts';
import type { VendorId } from '@mkt/kernel';
import { type Clock, isUuid, ok, refuse } from '@mkt/kernel';
import {
  type Actor,
  type AnyRoute,
  type Database,
  decodeCursor,
  pageOf,
  platformScope,
  route,
  versioned,
} from '@mkt/service-kit';
import { z } from 'zod';
import { apply } from '../operations/apply.ts';
import { noVendor, permit } from '../operations/permit.ts';
import { membershipsOf } from '../store/staff.ts';
import { findVendor, findVendorBySlug, listVendors } from '../store/vendors.ts';
import { fullView, personOf, publicView, vendorReply, vendorStatus } from './shapes.ts';

const membership = z.strictObject({
  vendorId: id<'Vendor'>(),
  name: z.string(),
  slug,
  status: vendorStatus,
  statusReason: z.string().nullable(),
  role: vendorRole,
});

/** An id or a slug, in whatever case it was typed. */
const nameInPath = z
  .string()
  .max(64)
  .toLowerCase()
  .regex(/^[a-z0-9-]+$/, 'must be the id or the slug of a vendor');

const everybody = { roles: vendorRoles, operator: true, apiKey: true } as const;

function isOperator(actor: Actor): boolean {
  return actor.kind === 'user' && actor.operator;
}

/** Vendors follow each other by name, those of the same name by id. */
const cursorKey = z.tuple([text(400), z.uuid()]);

export function vendorRoutes(db: Database, clock: Clock): AnyRoute[] {
  return [
    route({
      method: 'POST',
      path: '/v1/vendors',
      summary: 'Apply to sell; you become the owner',
      access: 'account',
      body: z.strictObject({
        name: text(120, 2),
        slug: slug.optional(),
        country,
        contactEmail: email,
        story: text(4_000).optional(),
      }),
      reply: { status: 201, schema: vendorReply },
      refusals: { SLUG_TAKEN: 409, TOO_MANY_APPLICATIONS: 409 },
      handle: ({ actor, body, mutate }) =>
        mutate(platformScope, async (tx) => {
          const by = personOf(actor).userId;
          const vendor = await apply(tx, { ...body, by, at: clock.now() });
          if (!vendor.ok) return vendor;
          return ok(versioned(fullView(vendor.value, { kind: 'staff', role: 'owner' })));
        }),
    }),
    route({
      method: 'GET',
      path: '/v1/vendors',
      summary: 'Vendors by name: the approved ones, for operators all or those of one status',
      access: 'public',
      query: z.strictObject({ ...pageQuery, status: vendorStatus.optional() }),
      reply: { status: 200, schema: page(vendorReply) },
      handle: async ({ actor, query }) => {
        const operator = isOperator(actor);
        if (!operator && query.status && query.status !== 'approved') {
          return refuse('FORBIDDEN', 'Only operators see vendors that are not approved.');
        }
        const rows = await listVendors(db, {
          status: operator ? (query.status ?? null) : 'approved',
          after: decodeCursor(query.cursor, cursorKey),
          limit: query.limit + 1,
        });
        return ok(
          pageOf(rows, query.limit, {
            item: (row) => (operator ? fullView(row, { kind: 'operator' }) : publicView(row)),
            key: (row) => [row.sort_name, row.vendor_id],
          }),
        );
      },
    }),
    route({
      method: 'GET',
      path: '/v1/vendors/mine',
      summary: 'The vendors you work for',
      access: 'account',
      reply: { status: 200, schema: z.strictObject({ items: z.array(membership) }) },
      handle: async ({ actor }) => {
        const rows = await membershipsOf(db, personOf(actor).userId);
        return ok({ items: rows.map(membershipView) });
      },
    }),
    route({
      method: 'GET',
      path: '/v1/vendors/:vendorIdOrSlug',
      summary: 'A vendor: its public profile, for its staff and operators all of it',
      access: 'public',
      params: z.strictObject({ vendorIdOrSlug: nameInPath }),
      reply: { status: 200, schema: vendorReply },
      handle: async ({ actor, params: { vendorIdOrSlug: name } }) => {
        const vendor = isUuid(name)
          ? await findVendor(db, name as VendorId)
          : await findVendorBySlug(db, name);
        if (!vendor) return noVendor;
        const standing = await permit(db, actor, vendor.vendor_id, everybody);
        if (standing.ok) return ok(versioned(fullView(vendor, standing.value)));
        return vendor.status === 'approved' ? ok(versioned(publicView(vendor))) : noVendor;
      },
    }),
  ];
}

function membershipView(
  row: Awaited<ReturnType<typeof membershipsOf>>[number],
): z.output<typeof membership> {
  return {
    vendorId: row.vendor_id,
    name: row.name,
    slug: row.slug,
    status: row.status,
    statusReason: row.status_reason,
    role: row.role,
  };
}
