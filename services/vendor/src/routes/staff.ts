import { email, id, timestamp, vendorRole, vendorRoles } from '@mkt/contracts';
import { type Clock, ok, refuse, type UserId } from '@mkt/kernel';
import { type AnyRoute, type Database, platformScope, route, vendorScope } from '@mkt/service-kit';
import { z } from 'zod';
import { changeStaff } from '../operations/change-staff.ts';
import { acceptInvitation, invite } from '../operations/invitations.ts';
import { permit } from '../operations/permit.ts';
import { type InvitationRow, openInvitations, revokeInvitation } from '../store/invitations.ts';
import { listStaff, type StaffRow } from '../store/staff.ts';
import { byVendor, personOf } from './shapes.ts';

const person = z.strictObject({
  userId: id<'User'>(),
  role: vendorRole,
  email,
  joinedAt: timestamp,
});

const invitation = z.strictObject({
  invitationId: z.uuid(),
  email,
  role: vendorRole,
  expiresAt: timestamp,
});

const managers = ['owner', 'manager'] as const;
const userId = z.uuid().toLowerCase() as unknown as z.ZodType<UserId, string>;
const byPerson = z.strictObject({ ...byVendor, userId });

export function staffRoutes(db: Database, clock: Clock): AnyRoute[] {
  return [
    route({
      method: 'GET',
      path: '/v1/vendors/:vendorId/staff',
      summary: 'Who works for the vendor',
      access: 'account',
      params: z.strictObject(byVendor),
      reply: { status: 200, schema: z.strictObject({ items: z.array(person) }) },
      handle: ({ actor, params: { vendorId } }) =>
        db.transaction(vendorScope(vendorId), async (tx) => {
          const allowed = { roles: vendorRoles, operator: true } as const;
          const standing = await permit(tx, actor, vendorId, allowed);
          if (!standing.ok) return standing;
          return ok({ items: (await listStaff(tx, vendorId)).map(personView) });
        }),
    }),
    route({
      method: 'PATCH',
      path: '/v1/vendors/:vendorId/staff/:userId',
      summary: 'Give somebody another role',
      access: 'account',
      params: byPerson,
      body: z.strictObject({ role: vendorRole }),
      reply: { status: 200, schema: person },
      refusals: { LAST_OWNER: 409 },
      handle: ({ actor, body, mutate, params }) =>
        mutate(vendorScope(params.vendorId), async (tx) => {
          const request = { ...params, actor: personOf(actor), newRole: body.role };
          const changed = await changeStaff(tx, request);
          return changed.ok ? ok(personView(changed.value)) : changed;
        }),
    }),
    route({
      method: 'DELETE',
      path: '/v1/vendors/:vendorId/staff/:userId',
      summary: 'Remove somebody from the staff, or leave',
      access: 'account',
      params: byPerson,
      reply: { status: 204 },
      refusals: { LAST_OWNER: 409 },
      handle: ({ actor, mutate, params }) =>
        mutate(vendorScope(params.vendorId), async (tx) => {
          const request = { ...params, actor: personOf(actor), newRole: null };
          const removed = await changeStaff(tx, request);
          return removed.ok ? ok(undefined) : removed;
        }),
    }),
    route({
      method: 'GET',
      path: '/v1/vendors/:vendorId/invitations',
      summary: 'Invitations that can still be accepted',
      access: 'account',
      params: z.strictObject(byVendor),
      reply: { status: 200, schema: z.strictObject({ items: z.array(invitation) }) },
      handle: ({ actor, params: { vendorId } }) =>
        db.transaction(vendorScope(vendorId), async (tx) => {
          const standing = await permit(tx, actor, vendorId, { roles: managers, operator: true });
          if (!standing.ok) return standing;
          const rows = await openInvitations(tx, vendorId, clock.now());
          return ok({ items: rows.map(invitationView) });
        }),
    }),
    route({
      method: 'POST',
      path: '/v1/vendors/:vendorId/invitations',
      summary: 'Invite somebody by e-mail; an earlier invitation to the address stops working',
      access: 'account',
      params: z.strictObject(byVendor),
      body: z.strictObject({ email, role: vendorRole }),
      reply: { status: 201, schema: invitation },
      refusals: { TOO_MANY_STAFF: 409 },
      handle: ({ actor, body, mutate, params: { vendorId } }) =>
        mutate(vendorScope(vendorId), async (tx) => {
          const request = { vendorId, actor: personOf(actor), ...body, now: clock.now() };
          const invited = await invite(tx, request);
          return invited.ok ? ok(invitationView(invited.value)) : invited;
        }),
    }),
    route({
      method: 'DELETE',
      path: '/v1/vendors/:vendorId/invitations/:invitationId',
      summary: 'Take an invitation back',
      access: 'account',
      params: z.strictObject({ ...byVendor, invitationId: z.uuid() }),
      reply: { status: 204 },
      handle: ({ actor, mutate, params: { vendorId, invitationId } }) =>
        mutate(vendorScope(vendorId), async (tx) => {
          const standing = await permit(tx, actor, vendorId, { roles: managers });
          if (!standing.ok) return standing;
          const now = clock.now();
          return (await revokeInvitation(tx, vendorId, { invitationId, now }))
            ? ok(undefined)
            : refuse('NOT_FOUND', 'There is no such open invitation.');
        }),
    }),
    route({
      method: 'POST',
      path: '/v1/vendors/invitations/accept',
      summary: 'Accept an invitation by its token',
      access: 'account',
      body: z.strictObject({ token: z.string().min(1).max(128) }),
      reply: {
        status: 200,
        schema: z.strictObject({ vendorId: id<'Vendor'>(), role: vendorRole }),
      },
      refusals: { INVITATION_INVALID: 404, INVITATION_EXPIRED: 410, ALREADY_STAFF: 409 },
      handle: ({ actor, body, mutate }) =>
        mutate(platformScope, (tx) =>
          acceptInvitation(tx, {
            token: body.token,
            userId: personOf(actor).userId,
            now: clock.now(),
          }),
        ),
    }),
  ];
}

function personView(row: StaffRow): z.output<typeof person> {
  return {
    userId: row.user_id,
    role: row.role,
    email: row.email,
    joinedAt: row.joined_at.toISOString(),
  };
}

function invitationView(row: InvitationRow): z.output<typeof invitation> {
  return {
    invitationId: row.invitation_id,
    email: row.email,
    role: row.role,
    expiresAt: row.expires_at.toISOString(),
  };
}
