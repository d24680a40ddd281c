import { flagText, setting } from '@mkt/service-kit';
import { z } from 'zod';
import { gatewaySchema, serviceSettings } from './config.ts';

/**
 * Settings of the process that runs every service: the gateway's and those that all services share.
 * It has no peers elsewhere.
 */
export const allSchema = z
  .object({
    ...gatewaySchema.shape,
    ...serviceSettings,
    MIGRATE: setting(
      flagText(true).refine((isOn) => isOn, {
        error: 'All services together bring the schema up to date; leave this out.',
      }),
      { meaning: 'The schema and roles of all services are brought up to date at the start.' },
    ),
  })
  .omit({ PEER_SECRET: true, PEER_URL: true, PEER_URLS: true });
