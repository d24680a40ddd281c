import type { Resources, ServiceName, ServiceSpec } from './model.ts';

const lean: Resources = {
  cpuRequestMilli: 25,
  cpuLimitMilli: 500,
  memoryRequestMiB: 112,
  memoryLimitMiB: 160,
};

const indexHolding: Resources = { ...lean, memoryRequestMiB: 192, memoryLimitMiB: 320 };

/** What every service has unless it says otherwise. */
const usual = {
  class: 'order-processing',
  stores: ['postgres'],
  collections: [],
  pool: { platform: 3, vendor: 2 },
  emits: [],
  consumes: [],
  calls: [],
  resources: lean,
  replicas: 1,
  path: 'shopper',
  outside: [],
  filesGiB: 0,
} as const satisfies Partial<ServiceSpec>;

const vendorLifecycle = ['vendor.approved', 'vendor.suspended', 'vendor.reopened'] as const;
/** For services that show a vendor's name. */
const vendorProfile = [...vendorLifecycle, 'vendor.changed'] as const;

const specs: readonly ServiceSpec[] = [
  {
    ...usual,
    name: 'gateway',
    context: 'infrastructure',
    routePrefixes: [],
    stores: ['cache'],
    pool: { platform: 0, vendor: 0 },
    // Live notice to shoppers who watch an order; nothing is stored.
    consumes: [
      'order.cancelled',
      'order.delivered',
      'order.placed',
      'order.shipped',
      'payment.resolved',
    ],
    calls: ['user.mintVendorToken', 'vendor.verifyApiKey'],
    // Routing and compressing is all it does, so its processor share is what ends first.
    autoscale: { maxReplicas: 2, cpuPercent: 1_200 },
  },
  {
    ...usual,
    name: 'guard',
    context: 'infrastructure',
    path: 'console',
    routePrefixes: ['budget', 'clock'],
    pool: { platform: 1, vendor: 0 },
  },
  {
    ...usual,
    name: 'user',
    context: 'customer',
    routePrefixes: ['auth', 'users'],
    emits: ['user.registered'],
    calls: ['vendor.membership'],
  },
  {
    ...usual,
    name: 'vendor',
    context: 'customer',
    path: 'console',
    routePrefixes: ['vendors'],
    emits: [
      'vendor.applied',
      'vendor.approved',
      'vendor.rejected',
      'vendor.suspended',
      'vendor.reopened',
      'vendor.changed',
      'vendor.staffInvited',
    ],
    consumes: ['product.changed'],
  },
  {
    ...usual,
    name: 'notification',
    context: 'customer',
    path: 'console',
    outside: ['mail', 'web'],
    routePrefixes: ['notifications'],
    consumes: [
      'inventory.lowStock',
      'order.cancelled',
      'order.placed',
      'order.shipped',
      'user.registered',
      'vendor.applied',
      'vendor.approved',
      'vendor.changed',
      'vendor.rejected',
      'vendor.staffInvited',
    ],
  },
  {
    ...usual,
    name: 'review',
    context: 'customer',
    path: 'console',
    routePrefixes: ['reviews'],
    emits: ['review.ratingChanged'],
    consumes: ['order.placed', 'order.delivered'],
  },
  {
    ...usual,
    name: 'product',
    context: 'discovery',
    filesGiB: 5,
    class: 'product-search',
    routePrefixes: ['products', 'media'],
    stores: ['documents', 'postgres', 'files'],
    collections: ['products'],
    emits: ['product.changed'],
    consumes: [...vendorProfile, 'review.ratingChanged'],
  },
  {
    ...usual,
    name: 'search',
    context: 'discovery',
    filesGiB: 1,
    class: 'product-search',
    routePrefixes: ['search'],
    stores: ['postgres', 'files'],
    pool: { platform: 2, vendor: 0 },
    consumes: [
      ...vendorProfile,
      'inventory.stockChanged',
      'pricing.offerChanged',
      'product.changed',
      'review.ratingChanged',
    ],
    calls: ['inventory.availability', 'product.exportPublished'],
    resources: indexHolding,
  },
  {
    ...usual,
    name: 'cart',
    context: 'sales',
    routePrefixes: ['carts'],
    pool: { platform: 4, vendor: 0 },
    stores: ['postgres', 'cache'],
    consumes: ['order.placed'],
    calls: ['inventory.availability', 'pricing.quote', 'shipping.quote'],
  },
  {
    ...usual,
    name: 'pricing',
    context: 'sales',
    routePrefixes: ['prices', 'coupons', 'tax-rates'],
    pool: { platform: 4, vendor: 2 },
    emits: ['pricing.offerChanged'],
    consumes: [...vendorLifecycle, 'product.changed'],
  },
  {
    ...usual,
    name: 'order',
    context: 'sales',
    routePrefixes: ['checkouts', 'order-groups', 'orders'],
    pool: { platform: 6, vendor: 2 },
    emits: ['order.placed', 'order.shipped', 'order.delivered', 'order.cancelled'],
    consumes: ['payment.resolved', 'shipping.shipmentDelivered'],
    calls: [
      'cart.get',
      'inventory.confirm',
      'inventory.release',
      'inventory.reserve',
      'payment.authorize',
      'payment.capture',
      'payment.find',
      'payment.refund',
      'payment.void',
      'payout.freezeCommission',
      'pricing.quote',
      'pricing.redeem',
      'pricing.releaseRedemption',
      'shipping.quote',
    ],
  },
  {
    ...usual,
    name: 'inventory',
    context: 'fulfillment',
    routePrefixes: ['stock'],
    pool: { platform: 6, vendor: 2 },
    emits: ['inventory.lowStock', 'inventory.stockChanged'],
    consumes: ['order.cancelled', 'product.changed'],
  },
  {
    ...usual,
    name: 'shipping',
    context: 'fulfillment',
    routePrefixes: ['shipping-profiles', 'shipments'],
    emits: ['shipping.shipmentDelivered'],
    consumes: ['order.shipped'],
  },
  {
    ...usual,
    name: 'payment',
    context: 'billing',
    class: 'payment-processing',
    routePrefixes: ['payments', 'payment-simulator'],
    pool: { platform: 6, vendor: 1 },
    emits: ['payment.captured', 'payment.refunded', 'payment.resolved', 'payment.voided'],
    consumes: ['order.placed'],
  },
  {
    ...usual,
    name: 'payout',
    context: 'billing',
    path: 'console',
    class: 'payment-processing',
    routePrefixes: ['commission-rules', 'ledger', 'payouts'],
    pool: { platform: 4, vendor: 2 },
    consumes: [
      ...vendorLifecycle,
      'order.delivered',
      'order.placed',
      'payment.captured',
      'payment.refunded',
      'payment.voided',
    ],
  },
];

/** Peer operations that the plumbing of every service calls: usage counts flow to the guard. */
export const plumbingCalls: readonly string[] = ['guard.report'];

/** Every service. */
export const services: readonly ServiceSpec[] = specs;

const byName = new Map(specs.map((spec) => [spec.name, spec]));

export function serviceSpec(name: ServiceName): ServiceSpec {
  const spec = byName.get(name);
  if (!spec) throw new Error(`No service named ${name} in the topology`);
  return spec;
}

/** The service that answers `/v1/<prefix>/…`, if any. */
export function serviceOfPrefix(prefix: string): ServiceName | undefined {
  return specs.find((spec) => spec.routePrefixes.includes(prefix))?.name;
}

/**
 * Reserved below `/v1`: every service answers `/v1/operations/<service>/…` for operators, so that
 * whoever routes has to look at the segment after it.
 */
export const operationsPrefix = 'operations';

/** The service that answers a path such as `/v1/orders/…` or `/v1/operations/order/…`, if any. */
export function serviceOfPath(path: string): ServiceName | undefined {
  const [, , prefix = '', named] = path.split(/[/?]/, 4);
  if (prefix !== operationsPrefix) return serviceOfPrefix(prefix);
  return specs.find((spec) => spec.name === named)?.name;
}

/** Who consumes an event type. */
export function consumersOf(eventType: string): readonly ServiceName[] {
  return specs.filter((spec) => spec.consumes.includes(eventType)).map((spec) => spec.name);
}
