import type { VendorRole } from '@mkt/contracts';
import { newId, type UserId, type VendorId } from '@mkt/kernel';
import type { Database, Tx } from '@mkt/service-kit';
import type { UserSettings } from '../config.ts';
import { insertSession } from '../store/sessions.ts';
import type { Keyring } from '../tokens/keyring.ts';
import { newRefreshToken } from '../tokens/refresh-token.ts';

/** Who a session is for. */
export interface SessionOwner {
  readonly kind: 'guest' | 'user';
  readonly userId: UserId;
  readonly operator: boolean;
  readonly staffOf: { readonly vendorId: VendorId; readonly role: VendorRole } | null;
}

/** What a client is handed: an access token for minutes, a refresh token for one use. */
export interface SessionTokens {
  readonly kind: 'guest' | 'user';
  readonly userId: UserId;
  readonly sessionId: string;
  readonly operator: boolean;
  readonly vendor: { readonly vendorId: VendorId; readonly role: VendorRole } | null;
  readonly accessToken: string;
  readonly expiresAt: string;
  readonly refreshToken: string;
  readonly refreshExpiresAt: string;
}

export interface SessionParts {
  readonly keyring: Keyring;
  readonly settings: UserSettings;
}

const dayMs = 86_400_000;

export function idleEnd(settings: UserSettings, now: Date): Date {
  return new Date(now.getTime() + settings.sessionIdleDays * dayMs);
}

export async function openSession(
  sql: Tx | Database,
  { keyring, settings }: SessionParts,
  { owner, userAgent }: { owner: SessionOwner; userAgent: string | null },
): Promise<SessionTokens> {
  const now = settings.clock.now();
  const sessionId = newId<'Session'>();
  const refresh = newRefreshToken();
  const expiresAt = idleEnd(settings, now);
  await insertSession(sql, {
    sessionId,
    kind: owner.kind,
    userId: owner.userId,
    vendorId: owner.staffOf?.vendorId ?? null,
    userAgent,
    tokenHash: refresh.hash,
    now,
    expiresAt,
    endsAt: new Date(now.getTime() + settings.sessionMaxDays * dayMs),
  });
  const tokens = { sessionId, refreshToken: refresh.token, refreshExpiresAt: expiresAt };
  return signSession({ keyring, settings }, owner, tokens);
}

/** The answer to a log-in or a refresh. */
export async function signSession(
  { keyring, settings }: SessionParts,
  owner: SessionOwner,
  session: { sessionId: string; refreshToken: string; refreshExpiresAt: Date },
): Promise<SessionTokens> {
  const { kind, userId, operator, staffOf } = owner;
  const access = await keyring.sign(
    {
      sub: userId,
      kind,
      ...(kind === 'user' ? { sid: session.sessionId } : {}),
      ...(operator ? { op: true as const } : {}),
      ...(staffOf ? { vid: staffOf.vendorId, role: staffOf.role } : {}),
    },
    settings.accessTokenSeconds,
  );
  return {
    kind,
    userId,
    sessionId: session.sessionId,
    operator,
    vendor: staffOf,
    accessToken: access.token,
    expiresAt: access.expiresAt.toISOString(),
    refreshToken: session.refreshToken,
    refreshExpiresAt: session.refreshExpiresAt.toISOString(),
  };
}
