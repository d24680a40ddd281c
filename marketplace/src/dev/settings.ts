import { readConfig } from '@mkt/service-kit';
import { z } from 'zod';
import { serviceSettings } from '../settings/config.ts';

const { DATABASE_URL, DATABASE_ROLE_SECRET, REDIS_URL, REDIS_METERED, MONGODB_URL } =
  serviceSettings;

/** Stores that `mkt dev` is told of; it finds or starts the others. */
const devSchema = z.object({
  DATABASE_URL: DATABASE_URL.optional(),
  DATABASE_ROLE_SECRET,
  REDIS_URL,
  REDIS_METERED,
  MONGODB_URL,
});
export type DevSettings = z.output<typeof devSchema>;

export function readDevSettings(env: Readonly<Record<string, string | undefined>>): DevSettings {
  return readConfig(devSchema, env);
}
