import { id, timestamp, vendorRole } from '@mkt/contracts';
import { ok, refuse, type VendorId } from '@mkt/kernel';
import { type Actor, type AnyRoute, route } from '@mkt/service-kit';
import { z } from 'zod';
import { openVendorSession } from '../operations/log-in.ts';
import { listSessions, revokeOwn, type SessionRow } from '../store/sessions.ts';
import { findUser } from '../store/users.ts';
import type { AuthParts } from './auth.ts';
import { sessionTokens, userAgentOf } from './shapes.ts';

const session = z.strictObject({
  sessionId: z.uuid(),
  current: z.boolean(),
  vendorId: id<'Vendor'>().nullable(),
  userAgent: z.string().nullable(),
  createdAt: timestamp,
  refreshedAt: timestamp,
  expiresAt: timestamp,
});

const me = z.strictObject({
  kind: z.enum(['guest', 'user']),
  userId: id<'User'>(),
  operator: z.boolean(),
  vendor: z.strictObject({ vendorId: id<'Vendor'>(), role: vendorRole }).nullable(),
  email: z.string().nullable(),
  name: z.string().nullable(),
});

type UserActor = Extract<Actor, { kind: 'user' }>;

/** Only for routes whose access is an account's. */
export function accountOf(actor: Actor): UserActor {
  if (actor.kind !== 'user') throw new Error(`An account's route was called by a ${actor.kind}`);
  return actor;
}

export function sessionRoutes(parts: AuthParts): AnyRoute[] {
  const { db, settings } = parts;
  return [
    route({
      method: 'GET',
      path: '/v1/auth/me',
      summary: 'Who the access token stands for',
      access: 'shopper',
      reply: { status: 200, schema: me },
      handle: async ({ actor }) => {
        if (actor.kind === 'guest') {
          const { kind, userId } = actor;
          return ok({ kind, userId, operator: false, vendor: null, email: null, name: null });
        }
        const { kind, userId, operator, staffOf } = accountOf(actor);
        const user = await findUser(db, userId);
        if (!user) return refuse('NOT_FOUND', 'This account does not exist.');
        const { email, name } = user;
        return ok({ kind, userId, operator, vendor: staffOf ?? null, email, name });
      },
    }),
    route({
      method: 'GET',
      path: '/v1/auth/sessions',
      summary: 'List your open sessions',
      access: 'account',
      reply: { status: 200, schema: z.strictObject({ items: z.array(session) }) },
      handle: async ({ actor }) => {
        const { userId, sessionId } = accountOf(actor);
        const rows = await listSessions(db, userId, settings.clock.now());
        return ok({ items: rows.map((row) => sessionView(row, sessionId)) });
      },
    }),
    route({
      method: 'POST',
      path: '/v1/auth/sessions',
      summary: 'Open a session to work for a vendor',
      access: 'account',
      repeat: 'natural',
      body: z.strictObject({ vendorId: id<'Vendor'>() }),
      reply: { status: 201, schema: sessionTokens },
      refusals: { NOT_STAFF: 403 },
      handle: ({ actor, body, headers }) =>
        openVendorSession(parts, {
          userId: accountOf(actor).userId,
          vendorId: body.vendorId as VendorId,
          userAgent: userAgentOf(headers),
        }),
    }),
    route({
      method: 'DELETE',
      path: '/v1/auth/sessions/:sessionId',
      summary: 'Close one of your sessions',
      access: 'account',
      repeat: 'natural',
      params: z.strictObject({ sessionId: z.uuid() }),
      reply: { status: 204 },
      handle: async ({ actor, params: { sessionId } }) => {
        const { userId } = accountOf(actor);
        const now = settings.clock.now();
        const closed = await revokeOwn(db, userId, { sessionId, now });
        return closed ? ok(undefined) : refuse('NOT_FOUND', 'You have no such session.');
      },
    }),
  ];
}

function sessionView(row: SessionRow, currentId: string): z.output<typeof session> {
  return {
    sessionId: row.session_id,
    current: row.session_id === currentId,
    vendorId: row.vendor_id,
    userAgent: row.user_agent,
    createdAt: row.created_at.toISOString(),
    refreshedAt: row.refreshed_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  };
}
