import { userRegistered } from '@mkt/contracts';
import { type Clock, newId, ok, type Refusal, type Result, refuse, type UserId } from '@mkt/kernel';
import { type Database, platformScope, type TokenVerifier, type Tx } from '@mkt/service-kit';
import { checkPassword } from '../domain/password-rules.ts';
import type { Passwords } from '../passwords/passwords.ts';
import { revokeAll } from '../store/sessions.ts';
import { credentialsByEmail, insertUser, type NewUser } from '../store/users.ts';
import { openSession, type SessionParts, type SessionTokens } from './sessions.ts';

export interface Registration {
  readonly email: string;
  readonly password: string;
  readonly name: string;
  readonly guestToken?: string | undefined;
  readonly userAgent: string | null;
}

export interface RegisterParts extends SessionParts {
  readonly db: Database;
  readonly passwords: Passwords;
  readonly tokens: TokenVerifier;
  readonly clock: Clock;
}

/** Opens an account. A guest who registers keeps its id, and with it cart and orders. */
export async function register(
  parts: RegisterParts,
  { email, password, name, guestToken, userAgent }: Registration,
): Promise<Result<SessionTokens, Refusal>> {
  const { db, passwords, tokens, clock, settings } = parts;
  const strong = checkPassword(password, { email, name });
  if (!strong.ok) return strong;
  const guest = guestToken === undefined ? ok(null) : await guestOf(tokens, guestToken);
  if (!guest.ok) return guest;
  const passwordHash = await passwords.hash(password);
  return db.transaction(platformScope, async (tx) => {
    const user = { email, name, passwordHash, operator: false, registeredAt: clock.now() };
    const userId = await insertWithId(tx, user, guest.value);
    if (!userId) return refuse('EMAIL_TAKEN', 'An account with this e-mail address exists.');
    if (userId === guest.value) {
      await revokeAll(tx, userId, {
        except: null,
        because: 'registered',
        now: settings.clock.now(),
      });
    }
    emitRegistered(tx, { userId, email, name });
    const owner = { kind: 'user', userId, operator: false, staffOf: null } as const;
    return ok(await openSession(tx, parts, { owner, userAgent }));
  });
}

async function guestOf(
  tokens: TokenVerifier,
  guestToken: string,
): Promise<Result<UserId, Refusal>> {
  const actor = await tokens.verify(guestToken);
  if (typeof actor === 'string' || actor.kind !== 'guest') {
    return refuse('GUEST_TOKEN_INVALID', 'The guest token is not valid or has expired.');
  }
  return ok(actor.userId);
}

/** With the guest's id unless an account has it already; undefined where the e-mail is taken. */
async function insertWithId(
  tx: Tx,
  user: Omit<NewUser, 'userId'>,
  guestId: UserId | null,
): Promise<UserId | undefined> {
  for (const userId of [guestId ?? newId<'User'>(), newId<'User'>()]) {
    if (await insertUser(tx, { ...user, userId })) return userId;
    if (await credentialsByEmail(tx, user.email)) return undefined;
  }
  return undefined;
}

export function emitRegistered(
  tx: Tx,
  payload: { userId: UserId; email: string; name: string },
): void {
  tx.emit({
    contract: userRegistered,
    aggregateId: payload.userId,
    aggregateVersion: 1,
    vendorId: null,
    payload,
  });
}
