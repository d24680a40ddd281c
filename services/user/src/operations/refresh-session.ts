import { ok, type Refusal, type Result, type UserId, type VendorId } from '@mkt/kernel';
import { type Database, type Peers, platformScope, type Tx } from '@mkt/service-kit';
import { decideRefresh } from '../domain/refresh.ts';
import { lockRefresh, revokeSession, rotateRefresh } from '../store/sessions.ts';
import { hashRefreshToken, newRefreshToken } from '../tokens/refresh-token.ts';
import {
  idleEnd,
  type SessionOwner,
  type SessionParts,
  type SessionTokens,
  signSession,
} from './sessions.ts';
import { staffRole } from './staff-role.ts';

type StaffOf = SessionOwner['staffOf'];

interface Rotated {
  readonly kind: 'rotated';
  readonly owner: SessionOwner;
  readonly session: { sessionId: string; refreshToken: string; refreshExpiresAt: Date };
}
/** Nothing was written: the vendor has to be asked first, outside of the transaction. */
interface NeedsRole {
  readonly kind: 'needsRole';
  readonly sessionId: string;
  readonly userId: UserId;
  readonly vendorId: VendorId;
}

/** Exchanges a refresh token for a new pair; a token that comes twice closes its session. */
export async function refreshSession(
  parts: SessionParts & { db: Database; peers: Peers },
  refreshToken: string,
): Promise<Result<SessionTokens, Refusal>> {
  const { db, peers, settings } = parts;
  const rotate = (staffOf: StaffOf) =>
    db.transaction(platformScope, (tx) => rotateIn(tx, parts, { refreshToken, staffOf }));

  let outcome = await rotate(null);
  if (outcome.ok && outcome.value.kind === 'needsRole') {
    const { userId, vendorId, sessionId } = outcome.value;
    const role = await staffRole(peers, userId, vendorId);
    if (!role.ok) {
      await revokeSession(db, sessionId, { because: 'notStaff', now: settings.clock.now() });
      return role;
    }
    outcome = await rotate(role.value);
  }
  if (!outcome.ok) return outcome;
  if (outcome.value.kind === 'needsRole') throw new Error('The vendor of a session changed');
  return ok(await signSession(parts, outcome.value.owner, outcome.value.session));
}

async function rotateIn(
  tx: Tx,
  { settings }: SessionParts,
  { refreshToken, staffOf }: { refreshToken: string; staffOf: StaffOf },
): Promise<Result<Rotated | NeedsRole, Refusal>> {
  const now = settings.clock.now();
  const stored = await lockRefresh(tx, hashRefreshToken(refreshToken));
  const decided = decideRefresh(stored, now);
  if (!decided.ok) {
    // Returned, not thrown: the revocation is to be committed with the refusal.
    if (decided.error.code === 'REFRESH_TOKEN_REUSED' && stored) {
      await revokeSession(tx, stored.sessionId, { because: 'tokenReused', now });
    }
    return decided;
  }
  const { sessionId, kind, userId, vendorId, operator, generation } = decided.value;
  if (vendorId && !staffOf) return ok({ kind: 'needsRole', sessionId, userId, vendorId });
  const next = newRefreshToken();
  const refreshExpiresAt = await rotateRefresh(tx, {
    sessionId,
    generation,
    newHash: next.hash,
    now,
    expiresAt: idleEnd(settings, now),
  });
  return ok({
    kind: 'rotated',
    owner: { kind, userId, operator, staffOf },
    session: { sessionId, refreshToken: next.token, refreshExpiresAt },
  });
}
