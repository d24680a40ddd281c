import type { ServiceParts, ServiceRuntime } from '@mkt/service-kit';
import { pricingConsumers } from './events/consumers.ts';
import { createSalesWork } from './operations/sales-due.ts';
import { pricingPeers } from './peers/pricing-peers.ts';
import { couponRoutes } from './routes/coupons.ts';
import { priceRoutes } from './routes/prices.ts';
import { taxRateRoutes } from './routes/tax-rates.ts';
import { retention } from './store/retention.ts';

export function buildApp(runtime: ServiceRuntime): ServiceParts {
  const { db, clock } = runtime;
  const sales = createSalesWork(runtime);
  return {
    routes: [...priceRoutes(db, clock, sales), ...couponRoutes(db), ...taxRateRoutes(db)],
    peers: pricingPeers(db, clock),
    consumers: pricingConsumers(clock, sales),
    background: [sales],
    retention,
  };
}
