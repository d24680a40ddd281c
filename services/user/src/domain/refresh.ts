import { ok, type Refusal, type Result, refuse, type UserId, type VendorId } from '@mkt/kernel';

/** A refresh token as stored, with its session. */
export interface StoredRefresh {
  readonly sessionId: string;
  readonly kind: 'guest' | 'user';
  readonly userId: UserId;
  readonly vendorId: VendorId | null;
  readonly operator: boolean;
  readonly generation: number;
  readonly usedAt: Date | null;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
}

/** A used token that comes again means that two hold it: the session is not safe with either. */
export function decideRefresh(
  stored: StoredRefresh | undefined,
  now: Date,
): Result<StoredRefresh, Refusal> {
  if (!stored)
    return refuse('REFRESH_TOKEN_INVALID', 'This refresh token is not known: log in again.');
  if (stored.usedAt) {
    return refuse(
      'REFRESH_TOKEN_REUSED',
      'This refresh token was used before. The session has been closed for safety: log in again.',
    );
  }
  if (stored.revokedAt) return refuse('SESSION_REVOKED', 'This session was closed: log in again.');
  if (stored.expiresAt <= now) {
    return refuse('SESSION_EXPIRED', 'This session has expired: log in again.');
  }
  return ok(stored);
}

export const notStaff: Refusal = {
  code: 'NOT_STAFF',
  detail: 'Your account does not work for this vendor.',
};
