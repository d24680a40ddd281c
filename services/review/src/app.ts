import type { ServiceParts, ServiceRuntime } from '@mkt/service-kit';
import type { ReviewConfig } from './config.ts';
import { lineConsumers } from './events/lines.ts';
import { authorRoutes } from './routes/author.ts';
import { moderationRoutes } from './routes/moderation.ts';
import { publicRoutes } from './routes/public.ts';
import { vendorRoutes } from './routes/vendor.ts';

export function buildApp({ db, clock }: ServiceRuntime, config: ReviewConfig): ServiceParts {
  const parts = { db, clock, config };
  return {
    routes: [
      ...publicRoutes(db),
      ...authorRoutes(parts),
      ...vendorRoutes(parts),
      ...moderationRoutes(parts),
    ],
    consumers: lineConsumers(),
  };
}
