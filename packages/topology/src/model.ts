/** The six bounded contexts. On Neon each is one project, with its own compute allowance. */
export const contexts = [
  'infrastructure',
  'customer',
  'discovery',
  'sales',
  'fulfillment',
  'billing',
] as const;
export type Context = (typeof contexts)[number];

/** Names a resilience policy: how long a caller waits for this kind of work. */
export type ServiceClass = 'product-search' | 'order-processing' | 'payment-processing';

export type StoreKind = 'postgres' | 'documents' | 'cache' | 'files';

/** What one container of a service asks for and may use. */
export interface Resources {
  readonly cpuRequestMilli: number;
  readonly cpuLimitMilli: number;
  readonly memoryRequestMiB: number;
  readonly memoryLimitMiB: number;
}

/** Connections of one process of a service to its database, by role. */
export interface PoolSizes {
  /** The role that sees every vendor's rows: checkout, consumers, operators. */
  readonly platform: number;
  /** The role that sees only the rows of the vendor set in its transaction. */
  readonly vendor: number;
}

/** Who waits when a service is slow: a shopper who may walk away, or somebody at a console. */
export type ServicePath = 'shopper' | 'console';

/** What a service reaches outside the installation, beside its stores. */
export type OutsideNeed = 'mail' | 'web';

/** More replicas where one process runs out of its processor share before its stores are busy. */
export interface Autoscale {
  readonly maxReplicas: number;
  /** Mean use of the processor request, in percent, above which one more is started. */
  readonly cpuPercent: number;
}

export interface ServiceSpec {
  readonly name: ServiceName;
  readonly context: Context;
  readonly class: ServiceClass;
  /** Public path prefixes below `/v1`; the gateway routes by the first path segment. */
  readonly routePrefixes: readonly string[];
  readonly stores: readonly StoreKind[];
  /** What it keeps in the document store; a service that opens another does not start. */
  readonly collections: readonly string[];
  readonly pool: PoolSizes;
  /** Event types this service writes to its outbox. */
  readonly emits: readonly string[];
  /** Event types this service consumes. */
  readonly consumes: readonly string[];
  /** Peer operations this service calls, as `<service>.<operation>`. */
  readonly calls: readonly string[];
  readonly resources: Resources;
  readonly replicas: number;
  readonly path: ServicePath;
  readonly outside: readonly OutsideNeed[];
  /** Space for its files, where it has any that must outlive it. */
  readonly filesGiB: number;
  readonly autoscale?: Autoscale;
}

export const serviceNames = [
  'gateway',
  'guard',
  'user',
  'vendor',
  'notification',
  'review',
  'product',
  'search',
  'cart',
  'pricing',
  'order',
  'inventory',
  'shipping',
  'payment',
  'payout',
] as const;
export type ServiceName = (typeof serviceNames)[number];
