import { apiKeyScope, vendorRole } from '@mkt/contracts';
import type { ApiKeyId, UserId, VendorId } from '@mkt/kernel';
import { createLocalJWKSet, errors, type JSONWebKeySet, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Actor } from './actor.ts';

export const tokenIssuer = 'mkt';
export const tokenAudience = 'mkt';
export const tokenAlgorithm = 'EdDSA';

/** The claims of an access token. Short names: a token travels with every request. */
export const tokenClaims = z.object({
  sub: z.uuid(),
  kind: z.enum(['guest', 'user', 'key']),
  /** Session, of accounts. */
  sid: z.uuid().optional(),
  /** Operator of the marketplace. */
  op: z.literal(true).optional(),
  /** Vendor and role, of staff; vendor and scopes, of API keys. */
  vid: z.uuid().optional(),
  role: vendorRole.optional(),
  scp: z.array(apiKeyScope).optional(),
  exp: z.number(),
});
export type TokenClaims = z.infer<typeof tokenClaims>;

export type TokenProblem = 'TOKEN_EXPIRED' | 'TOKEN_INVALID';

export interface TokenVerifier {
  /** The actor, or why the token is refused. */
  verify(token: string): Promise<Actor | TokenProblem>;
}

/** Where public keys come from; asked again when a token names a key that is not known. */
export type KeySource = () => Promise<JSONWebKeySet>;

const rememberedTokens = 5_000;
/** A forged key id must not make every request fetch the keys again. */
const refetchCooldownMs = 5_000;

export function createTokenVerifier(keySource: KeySource): TokenVerifier {
  const remembered = new LRUCache<string, { actor: Actor; expiresAtMs: number }>({
    max: rememberedTokens,
  });
  let keys: ReturnType<typeof createLocalJWKSet> | undefined;
  let fetchedAtMs = Number.NEGATIVE_INFINITY;

  async function fetchKeys() {
    fetchedAtMs = performance.now();
    keys = createLocalJWKSet(await keySource());
    return keys;
  }

  async function claimsOf(token: string): Promise<unknown> {
    const expected = { issuer: tokenIssuer, audience: tokenAudience, algorithms: [tokenAlgorithm] };
    try {
      return (await jwtVerify(token, keys ?? (await fetchKeys()), expected)).payload;
    } catch (error) {
      const rotated = error instanceof errors.JWKSNoMatchingKey;
      if (!rotated || performance.now() - fetchedAtMs < refetchCooldownMs) throw error;
      return (await jwtVerify(token, await fetchKeys(), expected)).payload;
    }
  }

  return {
    // biome-ignore lint/complexity/noExcessiveCognitiveComplexity: each way a token fails has its own answer
    async verify(token) {
      const known = remembered.get(token);
      if (known) return known.expiresAtMs > Date.now() ? known.actor : 'TOKEN_EXPIRED';
      try {
        const claims = tokenClaims.parse(await claimsOf(token));
        const actor = actorOf(claims);
        if (!actor) return 'TOKEN_INVALID';
        remembered.set(token, { actor, expiresAtMs: claims.exp * 1_000 });
        return actor;
      } catch (error) {
        if (error instanceof errors.JWTExpired) return 'TOKEN_EXPIRED';
        if (error instanceof errors.JOSEError || error instanceof z.ZodError)
          return 'TOKEN_INVALID';
        throw error;
      }
    },
  };
}

function actorOf(claims: TokenClaims): Actor | undefined {
  if (claims.kind === 'guest') return { kind: 'guest', userId: claims.sub as UserId };
  if (claims.kind === 'key') {
    return claims.vid
      ? {
          kind: 'key',
          keyId: claims.sub as ApiKeyId,
          vendorId: claims.vid as VendorId,
          scopes: claims.scp ?? [],
        }
      : undefined;
  }
  if (!claims.sid) return undefined;
  return {
    kind: 'user',
    userId: claims.sub as UserId,
    sessionId: claims.sid,
    operator: claims.op === true,
    ...(claims.vid && claims.role
      ? { staffOf: { vendorId: claims.vid as VendorId, role: claims.role } }
      : {}),
  };
}
