import { vendorVerifyApiKey } from '@mkt/contracts';
import { type Clock, ok, refuse } from '@mkt/kernel';
import { type Database, type PeerHandler, peerHandler } from '@mkt/service-kit';
import { useNotedEveryMs } from '../config.ts';
import { readApiKey, sameHash } from '../operations/api-key.ts';
import { findApiKey, noteUse } from '../store/api-keys.ts';

/** The same words whatever is wrong with a key. */
const invalid = refuse('API_KEY_INVALID', 'This API key is unknown, expired or revoked.');

export function verifyApiKey(db: Database, clock: Clock): PeerHandler {
  return peerHandler(vendorVerifyApiKey, async ({ key }) => {
    const presented = readApiKey(key);
    if (!presented) return invalid;
    const stored = await findApiKey(db, presented.keyId);
    const genuine = sameHash(presented.hash, stored?.secret_hash);
    const now = clock.now();
    if (!stored || !genuine || stored.revoked_at) return invalid;
    if (stored.expires_at && stored.expires_at <= now) return invalid;
    const { key_id: keyId, vendor_id: vendorId, scopes, last_used_at: usedAt } = stored;
    if (!usedAt || now.getTime() - usedAt.getTime() >= useNotedEveryMs) {
      await noteUse(db, keyId, now);
    }
    return ok({ keyId, vendorId, scopes, expiresAt: stored.expires_at?.toISOString() ?? null });
  });
}
