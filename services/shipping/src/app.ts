import { orderShipped } from '@mkt/contracts';
import { consume, type ServiceParts, type ServiceRuntime } from '@mkt/service-kit';
import { quotePeer } from './peers/quote.ts';
import { profileRoutes } from './routes/profiles.ts';
import { shipmentRoutes } from './routes/shipments.ts';
import { createProfileStore } from './store/profiles.ts';
import { addShipment } from './store/shipments.ts';

/** Shown to somebody who asks for a default profile without naming a currency. */
const defaultCurrency = 'EUR';

export function buildApp({ db, clock }: ServiceRuntime): ServiceParts {
  const profiles = createProfileStore(db);
  return {
    routes: [...profileRoutes(profiles, defaultCurrency), ...shipmentRoutes(db, clock)],
    peers: [quotePeer(profiles)],
    consumers: [consume(orderShipped, (tx, { payload }) => addShipment(tx, payload))],
  };
}
