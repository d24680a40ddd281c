import { apiKeyScope, apiKeyScopes, id, text, timestamp } from '@mkt/contracts';
import { type Clock, newId, ok, refuse } from '@mkt/kernel';
import { type AnyRoute, type Database, route, vendorScope } from '@mkt/service-kit';
import { z } from 'zod';
import { mostApiKeys } from '../domain/staff-rules.ts';
import { newApiKey, startOfKey } from '../operations/api-key.ts';
import { noVendor, permit } from '../operations/permit.ts';
import { type ApiKeyRow, insertApiKey, listApiKeys, revokeApiKey } from '../store/api-keys.ts';
import { lockVendor } from '../store/vendors.ts';
import { byVendor, personOf } from './shapes.ts';

const apiKey = z.strictObject({
  keyId: id<'ApiKey'>(),
  /** The key without its secret. */
  startsWith: z.string(),
  name: z.string(),
  scopes: z.array(apiKeyScope),
  createdAt: timestamp,
  expiresAt: timestamp.nullable(),
  expired: z.boolean(),
  lastUsedAt: timestamp.nullable(),
});

/** `key` is given once and not kept: a repeat of the request names the key without it. */
const createdKey = z.strictObject({ ...apiKey.shape, key: z.string().nullable() });

const managers = { roles: ['owner', 'manager'] } as const;

export function apiKeyRoutes(db: Database, clock: Clock): AnyRoute[] {
  return [
    route({
      method: 'POST',
      path: '/v1/vendors/:vendorId/api-keys',
      summary: 'Make an API key; it is shown this once',
      access: 'account',
      params: z.strictObject(byVendor),
      body: z.strictObject({
        name: text(80),
        scopes: z
          .array(apiKeyScope)
          .min(1)
          .max(apiKeyScopes.length)
          .transform((scopes) => [...new Set(scopes)]),
        expiresAt: timestamp.optional(),
      }),
      reply: { status: 201, schema: createdKey },
      refusals: { EXPIRES_IN_THE_PAST: 422, TOO_MANY_API_KEYS: 409 },
      handle: async ({ actor, body, mutate, params: { vendorId } }) => {
        const now = clock.now();
        const expiresAt = body.expiresAt === undefined ? null : new Date(body.expiresAt);
        if (expiresAt && expiresAt <= now) {
          return refuse('EXPIRES_IN_THE_PAST', 'The key would have expired already.');
        }
        const keyId = newId<'ApiKey'>();
        const made = newApiKey(keyId);
        const stored = await mutate(vendorScope(vendorId), async (tx) => {
          const standing = await permit(tx, actor, vendorId, managers);
          if (!standing.ok) return standing;
          if (!(await lockVendor(tx, vendorId))) return noVendor;
          if ((await listApiKeys(tx, vendorId)).length >= mostApiKeys) {
            return refuse('TOO_MANY_API_KEYS', `Revoke a key first: ${mostApiKeys} are the most.`);
          }
          const row = await insertApiKey(tx, vendorId, {
            keyId,
            name: body.name,
            scopes: body.scopes,
            hash: made.hash,
            createdBy: personOf(actor).userId,
            createdAt: now,
            expiresAt,
          });
          return ok({ ...keyView(row, now), key: null });
        });
        // The secret is added to the answer that made it, never to the answer that is stored.
        if (!stored.ok || stored.value.keyId !== keyId) return stored;
        return ok({ ...stored.value, key: made.key });
      },
    }),
    route({
      method: 'GET',
      path: '/v1/vendors/:vendorId/api-keys',
      summary: 'The API keys of the vendor, without their secrets',
      access: 'account',
      params: z.strictObject(byVendor),
      reply: { status: 200, schema: z.strictObject({ items: z.array(apiKey) }) },
      handle: ({ actor, params: { vendorId } }) =>
        db.transaction(vendorScope(vendorId), async (tx) => {
          const standing = await permit(tx, actor, vendorId, managers);
          if (!standing.ok) return standing;
          const now = clock.now();
          const rows = await listApiKeys(tx, vendorId);
          return ok({ items: rows.map((row) => keyView(row, now)) });
        }),
    }),
    route({
      method: 'DELETE',
      path: '/v1/vendors/:vendorId/api-keys/:keyId',
      summary: 'Revoke an API key',
      access: 'account',
      params: z.strictObject({ ...byVendor, keyId: z.uuid() }),
      reply: { status: 204 },
      handle: ({ actor, mutate, params: { vendorId, keyId } }) =>
        mutate(vendorScope(vendorId), async (tx) => {
          const standing = await permit(tx, actor, vendorId, managers);
          if (!standing.ok) return standing;
          return (await revokeApiKey(tx, vendorId, { keyId, now: clock.now() }))
            ? ok(undefined)
            : refuse('NOT_FOUND', 'There is no such API key.');
        }),
    }),
  ];
}

function keyView(row: ApiKeyRow, now: Date): z.output<typeof apiKey> {
  return {
    keyId: row.key_id,
    startsWith: startOfKey(row.key_id),
    name: row.name,
    scopes: row.scopes,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    expired: row.expires_at !== null && row.expires_at <= now,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  };
}
