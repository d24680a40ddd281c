import { fileURLToPath } from 'node:url';
import type { ServiceDefinition } from '@mkt/service-kit';
import { buildApp } from './app.ts';
import { defaultSettings, type UserSettings } from './config.ts';

export function createUserService(changes: Partial<UserSettings> = {}): ServiceDefinition {
  const settings = { ...defaultSettings, ...changes };
  return {
    name: 'user',
    migrationsDir: fileURLToPath(new URL('../migrations', import.meta.url)),
    buildApp: (runtime) => buildApp(runtime, settings),
  };
}

export const userService: ServiceDefinition = createUserService();
