import type { SettingsSchema } from '@mkt/service-kit';
import type { ServiceName } from '@mkt/topology';
import { z } from 'zod';
import { gatewaySchema, serviceSettings } from './config.ts';
import { ownSettings } from './own.ts';

/** Every setting of a service's process. */
export function settingsOf(service: ServiceName): SettingsSchema {
  if (service === 'gateway') return gatewaySchema;
  const own = (ownSettings as Partial<Record<ServiceName, z.ZodRawShape>>)[service] ?? {};
  return z.object({ ...serviceSettings, ...own });
}
