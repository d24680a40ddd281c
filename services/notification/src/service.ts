import { fileURLToPath } from 'node:url';
import type { ServiceDefinition } from '@mkt/service-kit';
import { buildApp } from './app.ts';
import { type NotificationConfig, notificationDefaults } from './config.ts';

export function createNotificationService(
  changes: Partial<NotificationConfig> = {},
): ServiceDefinition {
  const config = { ...notificationDefaults, ...changes };
  return {
    name: 'notification',
    migrationsDir: fileURLToPath(new URL('../migrations', import.meta.url)),
    buildApp: (runtime) => buildApp(runtime, config),
  };
}

export const notificationService: ServiceDefinition = createNotificationService();
