import { ok, type Refusal, type Result, refuse } from '@mkt/kernel';
import type { Database } from '@mkt/service-kit';
import type { UserSettings } from '../config.ts';
import type { Passwords } from '../passwords/passwords.ts';
import { clearAttempts, startAttempt } from '../store/login-attempts.ts';
import { type Credentials, replacePasswordHash } from '../store/users.ts';

export interface CheckParts {
  readonly db: Database;
  readonly passwords: Passwords;
  readonly settings: UserSettings;
}

/**
 * Is this the password of the account? Attempts are counted by e-mail before anything else, and an
 * unknown e-mail takes the same steps and the same time as a known one.
 */
export async function checkCredentials(
  { db, passwords, settings }: CheckParts,
  { email, password }: { email: string; password: string },
  find: () => Promise<Credentials | undefined>,
): Promise<Result<Credentials, Refusal>> {
  const waitSeconds = await startAttempt(db, email, settings.clock.now());
  if (waitSeconds > 0) {
    return refuse('RATE_LIMITED', 'Too many wrong passwords in a row. Try again later.', {
      retryAfterSeconds: waitSeconds,
    });
  }
  const user = await find();
  const { matches, outdated } = await passwords.verify(password, user?.password_hash);
  if (!user || !matches) {
    return refuse('INVALID_CREDENTIALS', 'The e-mail address or the password is wrong.');
  }
  await clearAttempts(db, email);
  if (!outdated) return ok(user);
  const to = await passwords.hash(password);
  const replaced = await replacePasswordHash(db, user.user_id, { from: user.password_hash, to });
  return ok(replaced ? { ...user, password_hash: to } : user);
}
