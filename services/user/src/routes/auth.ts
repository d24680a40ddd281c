import { email, id, text } from '@mkt/contracts';
import { newId, ok } from '@mkt/kernel';
import { type AnyRoute, route, type ServiceRuntime } from '@mkt/service-kit';
import { z } from 'zod';
import { type LogIn, logIn } from '../operations/log-in.ts';
import { refreshSession } from '../operations/refresh-session.ts';
import { type RegisterParts, type Registration, register } from '../operations/register.ts';
import { openSession } from '../operations/sessions.ts';
import { revokeByToken, revokeOwn } from '../store/sessions.ts';
import { hashRefreshToken } from '../tokens/refresh-token.ts';
import {
  givenPassword,
  newPassword,
  refreshTokenText,
  sessionTokens,
  userAgentOf,
} from './shapes.ts';

export interface AuthParts extends RegisterParts {
  readonly peers: ServiceRuntime['peers'];
}

/** Log-ins are repeated on purpose: they take no Idempotency-Key, which would store their tokens. */
export function authRoutes(parts: AuthParts): AnyRoute[] {
  const { db, settings } = parts;
  return [
    route({
      method: 'POST',
      path: '/v1/auth/guest',
      summary: 'Begin as a guest',
      access: 'public',
      repeat: 'natural',
      reply: { status: 201, schema: sessionTokens },
      handle: async ({ headers }) => {
        const userId = newId<'User'>();
        const owner = { kind: 'guest', userId, operator: false, staffOf: null } as const;
        return ok(await openSession(db, parts, { owner, userAgent: userAgentOf(headers) }));
      },
    }),
    route({
      method: 'POST',
      path: '/v1/auth/register',
      summary: 'Open an account; a guest token keeps the guest’s cart and orders',
      access: 'public',
      repeat: 'natural',
      body: z.strictObject({
        email,
        password: newPassword,
        name: text(120),
        guestToken: z.string().min(1).max(4096).optional(),
      }),
      reply: { status: 201, schema: sessionTokens },
      refusals: { EMAIL_TAKEN: 409, PASSWORD_TOO_WEAK: 422, GUEST_TOKEN_INVALID: 422 },
      handle: ({ body, headers }) => {
        const registration: Registration = { ...body, userAgent: userAgentOf(headers) };
        return register(parts, registration);
      },
    }),
    route({
      method: 'POST',
      path: '/v1/auth/login',
      summary: 'Log in, for a vendor where one is named',
      access: 'public',
      repeat: 'natural',
      body: z.strictObject({
        email,
        password: givenPassword,
        vendorId: id<'Vendor'>().optional(),
      }),
      reply: { status: 200, schema: sessionTokens },
      refusals: { INVALID_CREDENTIALS: 401, NOT_STAFF: 403, RATE_LIMITED: 429 },
      handle: ({ body, headers }) => {
        const attempt: LogIn = { ...body, userAgent: userAgentOf(headers) };
        return logIn(parts, attempt);
      },
    }),
    route({
      method: 'POST',
      path: '/v1/auth/refresh',
      summary: 'Exchange a refresh token for new tokens; each works once',
      access: 'public',
      repeat: 'natural',
      body: z.strictObject({ refreshToken: refreshTokenText }),
      reply: { status: 200, schema: sessionTokens },
      refusals: {
        REFRESH_TOKEN_INVALID: 401,
        REFRESH_TOKEN_REUSED: 401,
        SESSION_REVOKED: 401,
        SESSION_EXPIRED: 401,
        NOT_STAFF: 403,
      },
      handle: ({ body }) => refreshSession(parts, body.refreshToken),
    }),
    route({
      method: 'POST',
      path: '/v1/auth/logout',
      summary: 'Close the session of the refresh token, or of the access token',
      access: 'public',
      repeat: 'natural',
      body: z.strictObject({ refreshToken: refreshTokenText.optional() }).prefault({}),
      reply: { status: 204 },
      handle: async ({ actor, body }) => {
        const now = settings.clock.now();
        if (body.refreshToken) {
          await revokeByToken(db, hashRefreshToken(body.refreshToken), now);
        }
        if (actor.kind === 'user') {
          const { userId, sessionId } = actor;
          await revokeOwn(db, userId, { sessionId, now });
        }
        return ok(undefined);
      },
    }),
  ];
}
