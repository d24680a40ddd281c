import { imageOf } from './images.ts';
import type { Context } from './model.ts';
import type { ProfileName } from './profiles.ts';
import type { Traffic, TrafficShape } from './traffic.ts';

export const environmentNames = ['staging', 'production'] as const;
export type EnvironmentName = (typeof environmentNames)[number];

/** Where a context's PostgreSQL is: a Neon project of its own, or the one inside the cluster. */
export type DatabaseHome = 'neon' | 'cluster';

export interface Environment {
  readonly name: EnvironmentName;
  readonly profile: ProfileName;
  /** Public host name of the storefront's API. */
  readonly host: string;
  /** Namespaces are `<prefix><context>`. */
  readonly namespacePrefix: string;
  readonly databases: Readonly<Record<Context, DatabaseHome>>;
  /** Seconds between the services' reports of metered use to the guard. */
  readonly usageReportSeconds: number;
  /** Seconds between looks for what was left lying, by services whose database should sleep. */
  readonly sweepSeconds: number;
  /** Where cache, bus and rate limits are: a Valkey in the cluster, or the metered Upstash. */
  readonly redis: 'valkey' | 'upstash';
  readonly traffic: Traffic;
  /** Where the cluster reads its manifests. */
  readonly repository: { readonly url: string; readonly revision: string };
  /** `repository@sha256:…`, of `images.ts`. */
  readonly image: string;
}

/** An evening shop: quiet from midnight to six, the peak at eight. */
const evenings = [
  0.35, 0.2, 0.12, 0.1, 0.1, 0.15, 0.35, 0.6, 0.85, 1, 1.1, 1.2, 1.3, 1.2, 1.15, 1.15, 1.25, 1.4,
  1.7, 2, 2.15, 1.9, 1.5, 1.18,
];

const shopShape: TrafficShape = {
  hours: evenings,
  weekdays: [1, 0.95, 0.95, 0.95, 1.05, 1.05, 1.05],
  campaign: { day: 14, hour: 18, hours: 6, times: 5 },
  botsPerPerson: 0.5,
  products: 10_000,
  questions: 20_000,
  vendors: 200,
  bulkEdits: { perMonth: 20, rows: 500 },
  webhooksPerCheckout: 0.5,
};

/**
 * Neon's allowance is 400 hours of 744: it serves what can sleep. A visitor every five minutes keeps
 * the other contexts awake all month, so that their database is in the cluster (ADR 22).
 */
const hotInCluster: Readonly<Record<Context, DatabaseHome>> = {
  infrastructure: 'neon',
  customer: 'cluster',
  discovery: 'cluster',
  sales: 'cluster',
  fulfillment: 'cluster',
  billing: 'cluster',
};

const repositoryUrl = 'https://github.com/mkt-marketplace/mkt.git';

export const environments: Readonly<Record<EnvironmentName, Environment>> = {
  staging: {
    name: 'staging',
    profile: 'free-1x2',
    host: 'staging.shop.example',
    namespacePrefix: '',
    databases: hotInCluster,
    redis: 'valkey',
    usageReportSeconds: 1_800,
    sweepSeconds: 1_800,
    traffic: {
      perMonth: {
        pageView: 50_000,
        search: 5_000,
        addToCart: 2_000,
        checkout: 300,
        vendorUpdate: 500,
      },
      shape: { ...shopShape, campaign: null, vendors: 10 },
    },
    repository: { url: repositoryUrl, revision: 'main' },
    image: imageOf('staging'),
  },
  production: {
    name: 'production',
    profile: 'free-1x2',
    host: 'shop.example',
    namespacePrefix: '',
    databases: hotInCluster,
    redis: 'valkey',
    usageReportSeconds: 1_800,
    sweepSeconds: 1_800,
    traffic: {
      perMonth: {
        pageView: 5_000_000,
        search: 600_000,
        addToCart: 300_000,
        checkout: 100_000,
        vendorUpdate: 20_000,
      },
      shape: shopShape,
    },
    repository: { url: repositoryUrl, revision: 'main' },
    image: imageOf('production'),
  },
};
