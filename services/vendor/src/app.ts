import type { ServiceParts, ServiceRuntime } from '@mkt/service-kit';
import { countProduct } from './events/product-changed.ts';
import { createSealer } from './operations/sealer.ts';
import { membership } from './peers/membership.ts';
import { verifyApiKey } from './peers/verify-api-key.ts';
import { apiKeyRoutes } from './routes/api-keys.ts';
import { checklistRoutes } from './routes/checklist.ts';
import { decisionRoutes } from './routes/decisions.ts';
import { requirementRoutes } from './routes/requirements.ts';
import { settingsRoutes } from './routes/settings.ts';
import { staffRoutes } from './routes/staff.ts';
import { vendorRoutes } from './routes/vendors.ts';
import { retention } from './store/retention.ts';

export function buildApp({ db, clock, secrets }: ServiceRuntime): ServiceParts {
  const sealer = createSealer(db, secrets);
  return {
    routes: [
      ...vendorRoutes(db, clock),
      ...requirementRoutes(db),
      ...checklistRoutes({ db, clock, sealer }),
      ...decisionRoutes(db, clock),
      ...settingsRoutes(),
      ...staffRoutes(db, clock),
      ...apiKeyRoutes(db, clock),
    ],
    peers: [membership(db), verifyApiKey(db, clock)],
    consumers: [countProduct],
    // A wrong secret key is told at the start.
    background: [{ start: () => sealer.sealStored(), stop: async () => {} }],
    retention,
  };
}
