import { userMintVendorToken, vendorVerifyApiKey } from '@mkt/contracts';
import { ok, type Refusal, type Result } from '@mkt/kernel';
import type { Peers } from '@mkt/service-kit';
import { LRUCache } from 'lru-cache';

export const apiKeyPrefix = 'mkt_';

interface Exchanged {
  readonly token: string;
  readonly usableUntilMs: number;
}

/** A revoked key stops working within this time. */
const maxReuseMs = 60_000;
/** A token is renewed this long before it expires. */
const renewBeforeMs = 10_000;

/** Exchanges a vendor's API key for a short token that every service can verify. */
export function createApiKeyExchange(
  peers: Peers,
): (key: string) => Promise<Result<string, Refusal>> {
  const exchanged = new LRUCache<string, Exchanged>({ max: 5_000 });
  return async (key) => {
    const known = exchanged.get(key);
    if (known && known.usableUntilMs > Date.now()) return ok(known.token);
    const verified = await peers.call(vendorVerifyApiKey, { key });
    if (!verified.ok) return verified;
    const { keyId, vendorId, scopes } = verified.value;
    const minted = await peers.call(userMintVendorToken, { keyId, vendorId, scopes });
    if (!minted.ok) return minted;
    const expiresAtMs = Date.parse(minted.value.expiresAt) - renewBeforeMs;
    const usableUntilMs = Math.min(expiresAtMs, Date.now() + maxReuseMs);
    exchanged.set(key, { token: minted.value.token, usableUntilMs });
    return ok(minted.value.token);
  };
}
