import { timestamp } from '@mkt/contracts';
import { ok } from '@mkt/kernel';
import { type AnyRoute, platformScope, route } from '@mkt/service-kit';
import { z } from 'zod';
import type { Keyring } from '../tokens/keyring.ts';

const publicKey = z.strictObject({
  kty: z.string(),
  crv: z.string(),
  x: z.string(),
  kid: z.string(),
  alg: z.string(),
  use: z.string(),
});

const keyStates = z.strictObject({
  items: z.array(
    z.strictObject({
      kid: z.string(),
      state: z.enum(['signing', 'next', 'retired']),
      createdAt: timestamp,
      signsFrom: timestamp,
      publishedUntil: timestamp.nullable(),
    }),
  ),
});

export function keyRoutes(keyring: Keyring, jwksCacheSeconds: number): AnyRoute[] {
  return [
    route({
      method: 'GET',
      path: '/v1/auth/jwks',
      summary: 'Public keys that verify access tokens',
      access: 'public',
      publicCacheSeconds: jwksCacheSeconds,
      reply: { status: 200, schema: z.strictObject({ keys: z.array(publicKey) }) },
      handle: async () => ok(await keyring.publicKeys()),
    }),
    route({
      method: 'GET',
      path: '/v1/auth/keys',
      summary: 'State of the signing keys',
      access: 'operator',
      reply: { status: 200, schema: keyStates },
      handle: async () => ok({ items: await keyring.states() }),
    }),
    route({
      method: 'POST',
      path: '/v1/auth/keys/rotate',
      summary: 'Publish a new signing key; it signs as soon as every cache can hold it',
      access: 'operator',
      body: z.strictObject({ compromised: z.boolean().default(false) }).prefault({}),
      reply: { status: 200, schema: keyStates },
      refusals: { ROTATION_UNDER_WAY: 409 },
      handle: ({ body, mutate }) =>
        mutate(platformScope, async (tx) => {
          const states = await keyring.rotate(tx, body);
          return states.ok ? ok({ items: states.value }) : states;
        }),
    }),
  ];
}
