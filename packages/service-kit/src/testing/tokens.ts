import type { ApiKeyScope, VendorRole } from '@mkt/contracts';
import { uuidv7, type VendorId } from '@mkt/kernel';
import { exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose';
import { tokenAlgorithm, tokenAudience, tokenIssuer } from '../auth/tokens.ts';

/** Signs tokens as the user service would, with a key of the test's own. */
export interface TestTokens {
  readonly keySource: () => Promise<JSONWebKeySet>;
  guest(userId?: string): Promise<string>;
  user(userId?: string): Promise<string>;
  operator(userId?: string): Promise<string>;
  staff(vendorId: string, role?: VendorRole, userId?: string): Promise<string>;
  apiKey(vendorId: string, scopes: readonly ApiKeyScope[]): Promise<string>;
  /** Any claims, to show that wrong ones are refused. */
  sign(claims: Record<string, unknown>, expiresIn?: string): Promise<string>;
}

export async function createTestTokens(): Promise<TestTokens> {
  const { privateKey, publicKey } = await generateKeyPair(tokenAlgorithm);
  const jwk = { ...(await exportJWK(publicKey)), kid: 'test', alg: tokenAlgorithm };

  const sign: TestTokens['sign'] = ({ sub = uuidv7(), ...claims }, expiresIn = '15m') =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: tokenAlgorithm, kid: 'test' })
      .setSubject(String(sub))
      .setIssuer(tokenIssuer)
      .setAudience(tokenAudience)
      .setIssuedAt()
      .setExpirationTime(expiresIn)
      .sign(privateKey);

  return {
    keySource: async () => ({ keys: [jwk] }),
    guest: (userId = uuidv7()) => sign({ sub: userId, kind: 'guest' }),
    user: (userId = uuidv7()) => sign({ sub: userId, kind: 'user', sid: uuidv7() }),
    operator: (userId = uuidv7()) => sign({ sub: userId, kind: 'user', sid: uuidv7(), op: true }),
    staff: (vendorId, role = 'owner', userId = uuidv7()) =>
      sign({ sub: userId, kind: 'user', sid: uuidv7(), vid: vendorId as VendorId, role }),
    apiKey: (vendorId, scopes) => sign({ kind: 'key', vid: vendorId, scp: scopes }),
    sign,
  };
}
