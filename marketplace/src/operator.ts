import { type Database, type Environment, readConfig } from '@mkt/service-kit';
import { ownSchemas } from './settings/own.ts';

/** Makes the account that the settings name an operator, where they name one. */
export async function ensureConfiguredOperator(env: Environment, db: Database): Promise<void> {
  const { OPERATOR_EMAIL: email, OPERATOR_PASSWORD: password } = readConfig(ownSchemas.user, env);
  if (email === undefined || password === undefined) return;
  const { ensureOperator } = await import('@mkt/user');
  await ensureOperator(db, { email, password, name: 'Operator' });
}
