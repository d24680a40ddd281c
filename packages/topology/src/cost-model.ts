import type { Context } from './model.ts';
import type { UseCase } from './traffic.ts';

type ByContext = Readonly<Partial<Record<Context, number>>>;

/**
 * What one execution of a use case spends, with all that follows it: events, their consumers, the
 * relays. `tests/budget` runs each against the running marketplace and compares what is counted.
 */
export interface CostVector {
  /** SQL statements by context: each wakes that context's Neon project if it sleeps. */
  readonly statements: ByContext;
  /** Bytes read from PostgreSQL, by context. */
  readonly databaseBytesOut: ByContext;
  /** Bytes of rows that stay for good, by context; indexes and free space come on top. */
  readonly storedBytes: ByContext;
  /** Operations of the document store (Atlas counts reads and writes alike). */
  readonly documentOperations: number;
  /**
   * Commands to Redis, with those inside scripts: metered where that is Upstash, free where it is
   * the cluster's own Valkey. `npm run test:full` counts them.
   */
  readonly redisCommands: number;
  /** Bytes of the answers to the visitor, headers included. */
  readonly responseBytes: number;
  readonly logBytes: number;
  /** Spans of traces; one is some 400 bytes. */
  readonly spans: number;
  /** Processor time of the services and of PostgreSQL, milliseconds: `npm run bench` measures it. */
  readonly cpuMs: number;
}

/** One use case: what it always spends, and what it spends where no cache answers. */
export interface UseCaseCost {
  readonly always: CostVector;
  readonly onMiss?: {
    /** How long an answer is kept (`cache-control` of the route). */
    readonly ttlSeconds: number;
    readonly keyedBy: 'product' | 'question';
    readonly cost: CostVector;
  };
}

/** Of what spends nothing; a cost says what differs from it. */
export const noCost: CostVector = {
  statements: {},
  databaseBytesOut: {},
  storedBytes: {},
  documentOperations: 0,
  redisCommands: 0,
  responseBytes: 0,
  logBytes: 0,
  spans: 0,
  cpuMs: 0,
};

/**
 * An order of three lines from two vendors, a page of one product with its reviews, and so on.
 * Counts are those of `tests/budget/costs.test.ts`; processor times are those of `npm run bench`
 * where it has them (page views, checkout) and in proportion to a checkout otherwise.
 */
export const costModel: Readonly<Record<UseCase, UseCaseCost>> = {
  pageView: {
    always: { ...noCost, redisCommands: 8, responseBytes: 2_153, logBytes: 504, cpuMs: 0.4 },
    onMiss: {
      ttlSeconds: 5,
      keyedBy: 'product',
      cost: {
        ...noCost,
        statements: { customer: 2, discovery: 1 },
        databaseBytesOut: { customer: 667, discovery: 307 },
        redisCommands: 2,
        documentOperations: 1,
        spans: 6,
        cpuMs: 1.2,
      },
    },
  },
  search: {
    always: { ...noCost, redisCommands: 2, responseBytes: 2_706, logBytes: 244, cpuMs: 0.2 },
    onMiss: {
      ttlSeconds: 1,
      keyedBy: 'question',
      cost: { ...noCost, spans: 2, cpuMs: 1.5 },
    },
  },
  addToCart: {
    always: {
      ...noCost,
      statements: { customer: 1, sales: 11, fulfillment: 2 },
      databaseBytesOut: { customer: 32, sales: 2_082, fulfillment: 289 },
      storedBytes: { customer: 192, sales: 248 },
      redisCommands: 19,
      responseBytes: 3_551,
      logBytes: 746,
      spans: 21,
      cpuMs: 12,
    },
  },
  checkout: {
    always: {
      ...noCost,
      statements: { customer: 12, sales: 17, fulfillment: 3, billing: 19 },
      databaseBytesOut: { customer: 5_488, sales: 10_395, fulfillment: 312, billing: 6_096 },
      storedBytes: { customer: 4_711, sales: 5_755, fulfillment: 782, billing: 8_832 },
      redisCommands: 65,
      responseBytes: 1_072,
      logBytes: 513,
      spans: 48,
      cpuMs: 36,
    },
  },
  vendorUpdate: {
    always: {
      ...noCost,
      statements: { discovery: 6, fulfillment: 7 },
      databaseBytesOut: { discovery: 1_355, fulfillment: 1_676 },
      storedBytes: { fulfillment: 208 },
      redisCommands: 30,
      responseBytes: 895,
      logBytes: 258,
      spans: 7,
      cpuMs: 8,
    },
  },
  fulfillment: {
    always: {
      ...noCost,
      statements: { customer: 26, sales: 54, fulfillment: 32, billing: 48 },
      databaseBytesOut: { customer: 3_701, sales: 27_814, fulfillment: 6_995, billing: 19_067 },
      storedBytes: { customer: 1_712, sales: 3_244, fulfillment: 656, billing: 5_524 },
      redisCommands: 258,
      responseBytes: 15_257,
      logBytes: 2_052,
      spans: 73,
      cpuMs: 80,
    },
  },
  webhook: {
    always: {
      ...noCost,
      statements: { customer: 3 },
      databaseBytesOut: { customer: 2_219 },
      storedBytes: { customer: 1_737 },
      cpuMs: 2,
    },
  },
  eventHop: { always: { ...noCost, statements: { customer: 7 }, spans: 3, cpuMs: 3 } },
  scrape: { always: { ...noCost, cpuMs: 15 } },
  usageReport: {
    always: {
      ...noCost,
      statements: { infrastructure: 58 },
      databaseBytesOut: { infrastructure: 7_655 },
      // The rows of a day, 3.3 KB, spread over its 48 reports.
      storedBytes: { infrastructure: 70 },
      spans: 46,
      cpuMs: 50,
    },
  },
  sweep: {
    always: {
      ...noCost,
      statements: {
        infrastructure: 5,
        customer: 23,
        discovery: 9,
        sales: 21,
        fulfillment: 10,
        billing: 19,
      },
      databaseBytesOut: {
        infrastructure: 365,
        customer: 2_173,
        discovery: 637,
        sales: 1_773,
        fulfillment: 828,
        billing: 2_919,
      },
      documentOperations: 1,
      cpuMs: 60,
    },
  },
};
