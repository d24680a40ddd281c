import { fileURLToPath } from 'node:url';
import type { ServiceDefinition } from '@mkt/service-kit';
import { buildApp } from './app.ts';

export const reviewService: ServiceDefinition = {
  name: 'review',
  migrationsDir: fileURLToPath(new URL('../migrations', import.meta.url)),
  buildApp,
};
