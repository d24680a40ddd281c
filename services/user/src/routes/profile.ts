import { email, id, text, timestamp, version } from '@mkt/contracts';
import { ok, type Refusal, type Result, refuse } from '@mkt/kernel';
import { type AnyRoute, platformScope, route, versioned } from '@mkt/service-kit';
import { z } from 'zod';
import { changePassword } from '../operations/change-password.ts';
import { changeProfile, findUser, type UserRow } from '../store/users.ts';
import type { AuthParts } from './auth.ts';
import { accountOf } from './sessions.ts';
import { givenPassword, newPassword } from './shapes.ts';

export const profile = z.strictObject({
  userId: id<'User'>(),
  email,
  name: z.string(),
  operator: z.boolean(),
  marketingConsent: z.boolean(),
  marketingConsentAt: timestamp.nullable(),
  registeredAt: timestamp,
  version,
});

export function profileView(row: UserRow): z.output<typeof profile> {
  return {
    userId: row.user_id,
    email: row.email,
    name: row.name,
    operator: row.operator,
    marketingConsent: row.marketing_consent,
    marketingConsentAt: row.marketing_consent_at?.toISOString() ?? null,
    registeredAt: row.registered_at.toISOString(),
    version: row.version,
  };
}

const noAccount = refuse('NOT_FOUND', 'This account does not exist.');

export function profileRoutes(parts: AuthParts): AnyRoute[] {
  const { db, clock } = parts;
  return [
    route({
      method: 'GET',
      path: '/v1/users/me',
      summary: 'Your profile',
      access: 'account',
      reply: { status: 200, schema: profile },
      handle: async ({ actor }) => {
        const user = await findUser(db, accountOf(actor).userId);
        return user ? ok(versioned(profileView(user))) : noAccount;
      },
    }),
    route({
      method: 'PATCH',
      path: '/v1/users/me',
      summary: 'Change your name or your consent to marketing',
      access: 'account',
      body: z
        .strictObject({ name: text(120).optional(), marketingConsent: z.boolean().optional() })
        .refine((body) => Object.keys(body).length > 0, 'must change something'),
      reply: { status: 200, schema: profile },
      handle: ({ actor, body, ifMatch, mutate }) => {
        const { userId } = accountOf(actor);
        return mutate(platformScope, async (tx) => {
          const { name, marketingConsent } = body;
          const change = { name, marketingConsent, ifMatch, now: clock.now() };
          const user = await changeProfile(tx, userId, change);
          if (user) return ok(versioned(profileView(user)));
          return (await findUser(tx, userId)) ? conflict() : noAccount;
        });
      },
    }),
    route({
      method: 'POST',
      path: '/v1/users/me/password',
      summary: 'Change your password; every other session is closed',
      access: 'account',
      // With a key, a fast hash of both passwords would be stored as the request's fingerprint.
      repeat: 'natural',
      body: z.strictObject({ currentPassword: givenPassword, newPassword }),
      reply: { status: 204 },
      refusals: { CURRENT_PASSWORD_WRONG: 422, PASSWORD_TOO_WEAK: 422, RATE_LIMITED: 429 },
      handle: async ({ actor, body }): Promise<Result<undefined, Refusal>> => {
        const { userId, sessionId } = accountOf(actor);
        const changed = await changePassword(parts, { userId, sessionId, ...body });
        return changed.ok ? ok(undefined) : changed;
      },
    }),
  ];
}

function conflict() {
  return refuse('VERSION_CONFLICT', 'The profile was changed meanwhile. Read it again.');
}
