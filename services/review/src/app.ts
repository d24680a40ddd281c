import type { ServiceParts, ServiceRuntime } from '@mkt/service-kit';
import { reviewConsumers } from './events/consumers.ts';
import { moderationRoutes } from './routes/moderation.ts';
import { shopperRoutes } from './routes/reviews.ts';

export function buildApp({ db, clock }: ServiceRuntime): ServiceParts {
  return {
    routes: [...shopperRoutes(db, clock), ...moderationRoutes(clock)],
    consumers: reviewConsumers,
  };
}
