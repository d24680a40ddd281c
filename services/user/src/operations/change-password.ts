import { ok, type Refusal, type Result, refuse, type UserId } from '@mkt/kernel';
import { platformScope } from '@mkt/service-kit';
import { checkPassword } from '../domain/password-rules.ts';
import { revokeAll } from '../store/sessions.ts';
import { credentialsOf, replacePasswordHash } from '../store/users.ts';
import { type CheckParts, checkCredentials } from './check-credentials.ts';

export interface PasswordChange {
  readonly userId: UserId;
  readonly sessionId: string;
  readonly currentPassword: string;
  readonly newPassword: string;
}

/** Sets a new password and closes every other session: somebody may have had the old one. */
export async function changePassword(
  parts: CheckParts,
  { userId, sessionId, currentPassword, newPassword }: PasswordChange,
): Promise<Result<void, Refusal>> {
  const { db, passwords, settings } = parts;
  const user = await credentialsOf(db, userId);
  if (!user) return refuse('NOT_FOUND', 'This account does not exist.');
  const strong = checkPassword(newPassword, user);
  if (!strong.ok) return strong;
  const attempt = { email: user.email, password: currentPassword };
  const checked = await checkCredentials(parts, attempt, async () => user);
  if (!checked.ok) {
    return checked.error.code === 'INVALID_CREDENTIALS'
      ? refuse('CURRENT_PASSWORD_WRONG', 'The current password is wrong.')
      : checked;
  }
  const to = await passwords.hash(newPassword);
  return db.transaction(platformScope, async (tx) => {
    const from = checked.value.password_hash;
    if (!(await replacePasswordHash(tx, userId, { from, to }))) {
      return refuse('VERSION_CONFLICT', 'The password was changed by someone else meanwhile.');
    }
    const now = settings.clock.now();
    await revokeAll(tx, userId, { except: sessionId, because: 'passwordChanged', now });
    return ok();
  });
}
