import { email as emailSchema } from '@mkt/contracts';
import { assert, newId, systemClock } from '@mkt/kernel';
import { type Database, platformScope } from '@mkt/service-kit';
import { defaultSettings } from '../config.ts';
import { createPasswords } from '../passwords/passwords.ts';
import { revokeAll } from '../store/sessions.ts';
import { credentialsByEmail, insertUser, makeOperator } from '../store/users.ts';
import { emitRegistered } from './register.ts';

/**
 * Sees to it that an operator account exists: the only way to become one. Safe to repeat, and cheap
 * where nothing is to do. An account that somebody else opened under this e-mail gets the given
 * password and loses its sessions before it becomes an operator's.
 */
export async function ensureOperator(
  db: Database,
  { email: given, password, name }: { email: string; password: string; name: string },
): Promise<void> {
  const email = emailSchema.parse(given);
  const known = await credentialsByEmail(db, email);
  if (known?.operator) return;
  const passwordHash = await createPasswords(defaultSettings).hash(password);
  const now = systemClock.now();
  await db.transaction(platformScope, async (tx) => {
    const userId = newId<'User'>();
    const added = await insertUser(tx, {
      userId,
      email,
      name,
      passwordHash,
      operator: true,
      registeredAt: now,
    });
    if (added) {
      emitRegistered(tx, { userId, email, name });
      return;
    }
    const existing = await credentialsByEmail(tx, email);
    assert(existing, 'An account that cannot be added exists');
    if (existing.operator) return;
    await makeOperator(tx, existing.user_id, passwordHash);
    await revokeAll(tx, existing.user_id, { except: null, because: 'madeOperator', now });
  });
}
