import type pg from 'pg';
import { StartError } from '../start-error.ts';

/**
 * Refuses roles that could step around row-level security: superusers, those with BYPASSRLS, and
 * members of either. With such a role one forgotten condition shows a vendor everybody's rows.
 */
export async function refuseUnsafeRoles(
  client: Pick<pg.Client, 'query'>,
  roles: readonly string[],
): Promise<void> {
  const { rows } = await client.query<{ role: string; might: string; superuser: boolean }>(
    `SELECT r.rolname AS role, m.rolname AS might, m.rolsuper AS superuser
     FROM pg_roles r JOIN pg_roles m
       ON (m.rolsuper OR m.rolbypassrls) AND pg_has_role(r.oid, m.oid, 'MEMBER')
     WHERE r.rolname = ANY($1) ORDER BY r.rolname, m.rolname = r.rolname DESC LIMIT 1`,
    [roles],
  );
  const [found] = rows;
  if (!found) return;
  const { role, might, superuser } = found;
  const what = superuser ? 'a superuser' : 'allowed to bypass row-level security';
  throw new StartError(
    'DATABASE_ROLE_UNSAFE',
    role === might
      ? `The role ${role} is ${what}: vendors' rows would not be kept apart.`
      : `The role ${role} is a member of ${might}, which is ${what}.`,
    role === might
      ? `ALTER ROLE ${role} NOSUPERUSER NOBYPASSRLS; then start again.`
      : `REVOKE ${might} FROM ${role}; then start again.`,
  );
}
