import { ok, type Refusal, type Result, refuse, type UserId, type VendorId } from '@mkt/kernel';
import type { Database, Peers } from '@mkt/service-kit';
import { credentialsByEmail, findUser } from '../store/users.ts';
import { type CheckParts, checkCredentials } from './check-credentials.ts';
import { openSession, type SessionParts, type SessionTokens } from './sessions.ts';
import { staffRole } from './staff-role.ts';

export interface LogIn {
  readonly email: string;
  readonly password: string;
  readonly vendorId?: VendorId | undefined;
  readonly userAgent: string | null;
}

export async function logIn(
  parts: CheckParts & SessionParts & { peers: Peers },
  { email, password, vendorId, userAgent }: LogIn,
): Promise<Result<SessionTokens, Refusal>> {
  const { db, peers } = parts;
  const user = await checkCredentials(parts, { email, password }, () =>
    credentialsByEmail(db, email),
  );
  if (!user.ok) return user;
  const { user_id: userId, operator } = user.value;
  const staffOf = vendorId ? await staffRole(peers, userId, vendorId) : ok(null);
  if (!staffOf.ok) return staffOf;
  const owner = { kind: 'user', userId, operator, staffOf: staffOf.value } as const;
  return ok(await openSession(db, parts, { owner, userAgent }));
}

/** Another session of somebody who is logged in, to work for a vendor. */
export async function openVendorSession(
  parts: SessionParts & { db: Database; peers: Peers },
  { userId, vendorId, userAgent }: { userId: UserId; vendorId: VendorId; userAgent: string | null },
): Promise<Result<SessionTokens, Refusal>> {
  const { db, peers } = parts;
  const user = await findUser(db, userId);
  if (!user) return refuse('NOT_FOUND', 'This account does not exist.');
  const staffOf = await staffRole(peers, userId, vendorId);
  if (!staffOf.ok) return staffOf;
  const owner = { kind: 'user', userId, operator: user.operator, staffOf: staffOf.value } as const;
  return ok(await openSession(db, parts, { owner, userAgent }));
}
