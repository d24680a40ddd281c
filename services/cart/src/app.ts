import type { ServiceParts, ServiceRuntime } from '@mkt/service-kit';
import { onOrderPlaced } from './events/order-placed.ts';
import { cartPeer } from './peers/get.ts';
import { cartRoutes } from './routes/carts.ts';
import { retention } from './store/retention.ts';

/** The market that a shopper is taken to be in before saying where the goods go. */
const market = { currency: 'EUR', country: 'IE' } as const;

export function buildApp({ db, peers, tokens }: ServiceRuntime): ServiceParts {
  return {
    routes: cartRoutes({ db, peers, tokens, ...market }),
    peers: [cartPeer(db)],
    consumers: [onOrderPlaced],
    retention,
  };
}
