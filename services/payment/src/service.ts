import { fileURLToPath } from 'node:url';
import type { ServiceDefinition } from '@mkt/service-kit';
import { buildApp, type PaymentOverrides } from './app.ts';

/** The payment service, with parts replaced where a test or another provider asks for it. */
export function createPaymentService(overrides: PaymentOverrides = {}): ServiceDefinition {
  return {
    name: 'payment',
    migrationsDir: fileURLToPath(new URL('../migrations', import.meta.url)),
    buildApp: (runtime) => buildApp(runtime, overrides),
  };
}

export const paymentService: ServiceDefinition = createPaymentService();
