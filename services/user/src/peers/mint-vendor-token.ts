import { userMintVendorToken } from '@mkt/contracts';
import { ok } from '@mkt/kernel';
import { type PeerHandler, peerHandler } from '@mkt/service-kit';
import type { Keyring } from '../tokens/keyring.ts';

/** The gateway has had the key verified: this only turns it into what every service can verify. */
export function mintVendorToken(keyring: Keyring, lifetimeSeconds: number): PeerHandler {
  return peerHandler(userMintVendorToken, async ({ keyId, vendorId, scopes }) => {
    const claims = { sub: keyId, kind: 'key', vid: vendorId, scp: scopes } as const;
    const { token, expiresAt } = await keyring.sign(claims, lifetimeSeconds);
    return ok({ token, expiresAt: expiresAt.toISOString() });
  });
}
