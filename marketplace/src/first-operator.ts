import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureOperator } from '@mkt/user';
import type { Marketplace } from './compose.ts';

export const firstOperatorEmail = 'operator@marketplace.example.test';

/** Where the first operator's password is, for the owner of the folder alone to read. */
export const operatorPasswordPath = (dataDir: string): string => join(dataDir, 'operator-password');

/** Thinks up a password, for the owner of the folder alone to read; keeps one that is there. */
export async function inviteFirstOperator(dataDir: string): Promise<void> {
  const password = randomBytes(18).toString('base64url');
  try {
    await writeFile(operatorPasswordPath(dataDir), `${password}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EEXIST') throw error;
  }
}

/**
 * Sees to it that whoever may read the folder can become the operator of a marketplace that has no
 * other. Returns where the password is; undefined once that file was deleted.
 */
export async function admitFirstOperator(
  marketplace: Pick<Marketplace, 'services'>,
  dataDir: string,
): Promise<string | undefined> {
  const path = operatorPasswordPath(dataDir);
  let password: string;
  try {
    password = (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return undefined;
    throw error;
  }
  const user = marketplace.services.get('user');
  if (!user) throw new Error('The user service does not run here');
  await ensureOperator(user.db, { email: firstOperatorEmail, password, name: 'First operator' });
  return path;
}
