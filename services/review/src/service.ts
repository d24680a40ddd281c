import { fileURLToPath } from 'node:url';
import type { ServiceDefinition } from '@mkt/service-kit';
import { buildApp } from './app.ts';
import { type ReviewConfig, reviewDefaults } from './config.ts';

export function createReviewService(changes: Partial<ReviewConfig> = {}): ServiceDefinition {
  const config = { ...reviewDefaults, ...changes };
  return {
    name: 'review',
    migrationsDir: fileURLToPath(new URL('../migrations', import.meta.url)),
    buildApp: (runtime) => buildApp(runtime, config),
  };
}

export const reviewService: ServiceDefinition = createReviewService();
