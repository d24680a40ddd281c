import { createHash } from 'node:crypto';
import type { Database } from '@mkt/service-kit';
import { failuresForgottenAfterSeconds, lockSecondsByFailure } from '../domain/lock-out.ts';

const keptHours = 24;

function hashOf(email: string): Buffer {
  return createHash('sha256').update(email).digest();
}

/**
 * Counts the attempt as failed before the password is looked at, in one statement: any number of
 * rivals at once get no more tries than one after the other. Resolves to the seconds to wait where
 * the account is closed, 0 where the attempt may go on.
 */
export async function startAttempt(
  db: Pick<Database, 'query'>,
  email: string,
  now: Date,
): Promise<number> {
  const hash = hashOf(email);
  const started = await db.query(
    `WITH swept AS (
       DELETE FROM login_attempts WHERE email_hash IN (
         SELECT email_hash FROM login_attempts
         WHERE last_at < $2::timestamptz - make_interval(hours => $5::int) AND email_hash <> $1
         LIMIT 5 FOR UPDATE SKIP LOCKED)
     )
     INSERT INTO login_attempts AS known (email_hash, failures, last_at, locked_until)
     VALUES ($1, 1, $2, $2)
     ON CONFLICT (email_hash) DO UPDATE SET
       last_at = $2,
       failures = CASE WHEN known.last_at < $2::timestamptz - make_interval(secs => $4::int)
         THEN 1 ELSE known.failures + 1 END,
       locked_until = CASE WHEN known.last_at < $2::timestamptz - make_interval(secs => $4::int)
         THEN $2 ELSE $2::timestamptz + make_interval(secs =>
           ($3::int[])[least(known.failures + 1, cardinality($3::int[]))]) END
     WHERE known.locked_until <= $2
     RETURNING 1`,
    [hash, now, lockSecondsByFailure, failuresForgottenAfterSeconds, keptHours],
  );
  if (started.length > 0) return 0;
  const [row] = await db.query('SELECT locked_until FROM login_attempts WHERE email_hash = $1', [
    hash,
  ]);
  const untilMs = (row?.locked_until as Date | undefined)?.getTime() ?? now.getTime();
  return Math.max(1, Math.ceil((untilMs - now.getTime()) / 1_000));
}

/** The password was right: what was counted is forgotten. */
export async function clearAttempts(db: Pick<Database, 'query'>, email: string): Promise<void> {
  await db.query('DELETE FROM login_attempts WHERE email_hash = $1', [hashOf(email)]);
}
