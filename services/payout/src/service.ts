import { fileURLToPath } from 'node:url';
import type { ServiceDefinition } from '@mkt/service-kit';
import { buildApp, type PayoutOverrides } from './app.ts';

/** The payout service, with settings or the bank replaced where somebody asks for it. */
export function createPayoutService(overrides: PayoutOverrides = {}): ServiceDefinition {
  return {
    name: 'payout',
    migrationsDir: fileURLToPath(new URL('../migrations', import.meta.url)),
    buildApp: (runtime) => buildApp(runtime, overrides),
  };
}

export const payoutService: ServiceDefinition = createPayoutService();
