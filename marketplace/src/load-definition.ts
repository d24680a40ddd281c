import { readConfig, type ServiceDefinition } from '@mkt/service-kit';
import type { ServiceName } from '@mkt/topology';
import { type OwnSettings, ownSchemas } from './settings/own.ts';

export type BackendName = Exclude<ServiceName, 'gateway'>;
type Environment = Readonly<Record<string, string | undefined>>;
type Load = (env: Environment) => Promise<ServiceDefinition>;

const dayMs = 86_400_000;

/** One service with its own settings; no other service is loaded. */
const loaders: Readonly<Record<BackendName, Load>> = {
  cart: async () => (await import('@mkt/cart')).cartService,
  guard: async () => (await import('@mkt/guard')).guardService,
  inventory: async () => (await import('@mkt/inventory')).inventoryService,
  notification: async (env) => {
    const { createNotificationService } = await import('@mkt/notification');
    return createNotificationService(mailConfigOf(readConfig(ownSchemas.notification, env)));
  },
  order: async () => (await import('@mkt/order')).orderService,
  payment: async (env) => {
    const { createPaymentService, paymentDefaults } = await import('@mkt/payment');
    const settings = readConfig(ownSchemas.payment, env);
    const latencyMs = settings.PAYMENT_SIMULATOR_LATENCY_MS;
    const simulator = { ...paymentDefaults.simulator, latencyMs };
    return createPaymentService({ config: { ...paymentDefaults, simulator } });
  },
  payout: async (env) => {
    const { createPayoutService } = await import('@mkt/payout');
    const settings = readConfig(ownSchemas.payout, env);
    return createPayoutService({
      config: {
        holdMs: settings.PAYOUT_HOLD_DAYS * dayMs,
        reservePpm: settings.PAYOUT_RESERVE_PPM,
        reserveMs: settings.PAYOUT_RESERVE_DAYS * dayMs,
      },
    });
  },
  pricing: async () => (await import('@mkt/pricing')).pricingService,
  product: async () => (await import('@mkt/product')).productService,
  review: async () => (await import('@mkt/review')).reviewService,
  search: async () => (await import('@mkt/search')).searchService,
  shipping: async () => (await import('@mkt/shipping')).shippingService,
  user: async () => (await import('@mkt/user')).userService,
  vendor: async () => (await import('@mkt/vendor')).vendorService,
};

export function loadDefinition(name: BackendName, env: Environment): Promise<ServiceDefinition> {
  return loaders[name](env);
}

/** In start order: what is called starts before its callers. */
export const backendNames: readonly BackendName[] = [
  'guard',
  'vendor',
  'user',
  'product',
  'pricing',
  'inventory',
  'shipping',
  'payment',
  'payout',
  'cart',
  'order',
  'search',
  'review',
  'notification',
];

/** All services with the settings of one environment, for one process. */
export function loadAll(env: Environment): Promise<ServiceDefinition[]> {
  return Promise.all(backendNames.map((name) => loadDefinition(name, env)));
}

export function mailConfigOf(settings: OwnSettings['notification']) {
  return {
    mail: settings.SMTP_URL
      ? ({ transport: 'smtp', url: settings.SMTP_URL } as const)
      : ({ transport: 'local' } as const),
    from: settings.MAIL_FROM,
    mailDomain: settings.MAIL_DOMAIN,
    allowLoopback: settings.WEBHOOKS_TO_LOOPBACK,
  };
}
