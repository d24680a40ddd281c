import { page, pageQuery, text, timestamp } from '@mkt/contracts';
import { ok, refuse } from '@mkt/kernel';
import { type AnyRoute, decodeIdCursor, pageOf, route } from '@mkt/service-kit';
import { z } from 'zod';
import { listAddresses } from '../store/addresses.ts';
import { listSessions, type SessionRow } from '../store/sessions.ts';
import { findUser, listUsers } from '../store/users.ts';
import { addressReply, addressView } from './addresses.ts';
import type { AuthParts } from './auth.ts';
import { profile, profileView } from './profile.ts';
import { accountOf } from './sessions.ts';

const exported = z.strictObject({
  exportedAt: timestamp,
  profile,
  addresses: z.array(addressReply),
  sessions: z.array(
    z.strictObject({
      createdAt: timestamp,
      refreshedAt: timestamp,
      expiresAt: timestamp,
      userAgent: z.string().nullable(),
    }),
  ),
});

export function userRoutes({ db, clock, settings }: AuthParts): AnyRoute[] {
  return [
    route({
      method: 'GET',
      path: '/v1/users',
      summary: 'Find accounts by the beginning of their e-mail address',
      access: 'operator',
      query: z.strictObject({
        ...pageQuery,
        email: text(254).toLowerCase().optional(),
      }),
      reply: { status: 200, schema: page(profile) },
      handle: async ({ query: { email, cursor, limit } }) => {
        const after = decodeIdCursor(cursor);
        const rows = await listUsers(db, { emailPrefix: email, after, limit: limit + 1 });
        return ok(pageOf(rows, limit, { item: profileView, key: (row) => row.user_id }));
      },
    }),
    route({
      method: 'GET',
      path: '/v1/users/me/export',
      summary: 'Everything this service holds about you',
      access: 'account',
      reply: { status: 200, schema: exported },
      handle: async ({ actor }) => {
        const { userId } = accountOf(actor);
        const [user, addresses, sessions] = await Promise.all([
          findUser(db, userId),
          listAddresses(db, userId),
          listSessions(db, userId, settings.clock.now()),
        ]);
        if (!user) return refuse('NOT_FOUND', 'This account does not exist.');
        return ok({
          exportedAt: clock.now().toISOString(),
          profile: profileView(user),
          addresses: addresses.map(addressView),
          sessions: sessions.map(sessionExport),
        });
      },
    }),
  ];
}

function sessionExport(row: SessionRow): z.output<typeof exported>['sessions'][number] {
  return {
    createdAt: row.created_at.toISOString(),
    refreshedAt: row.refreshed_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    userAgent: row.user_agent,
  };
}
