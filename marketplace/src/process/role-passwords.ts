import { createHmac } from 'node:crypto';
import type { RolePassword } from '@mkt/service-kit';

/**
 * A password for each role, made from one secret: whoever migrates and whoever connects find the
 * same one, and no role can log in as another. Without a secret the server trusts this machine.
 */
export function rolePasswords(secret: string | undefined): RolePassword {
  return (role) =>
    secret === undefined || secret === ''
      ? undefined
      : createHmac('sha256', secret).update(`role ${role}`).digest('base64url');
}
