/** What people and machines do, each with a cost vector in `cost-model.ts`. */
export const useCases = [
  'pageView',
  'search',
  'addToCart',
  'checkout',
  'vendorUpdate',
  'webhook',
  'scrape',
  'cron',
] as const;
export type UseCase = (typeof useCases)[number];

/** How a month's demand is spread over its hours. */
export interface TrafficShape {
  /** Share of the day's mean in each hour, UTC, 24 numbers whose mean is 1. */
  readonly hours: readonly number[];
  /** Monday to Sunday, share of the week's mean, 7 numbers whose mean is 1. */
  readonly weekdays: readonly number[];
  /** A sale: so many times the usual demand, from a day of the month and an hour on. */
  readonly campaign: {
    readonly day: number;
    readonly hour: number;
    readonly hours: number;
    readonly times: number;
  } | null;
  /** Page views and searches of bots for each of a person; they know no hours. */
  readonly botsPerPerson: number;
  /** Products among which page views are spread (Zipf), for the hit rates of caches. */
  readonly products: number;
  readonly vendors: number;
  /** Rows changed in one go when a vendor edits in bulk, and how often a month that happens. */
  readonly bulkEdits: { readonly perMonth: number; readonly rows: number };
}

/** What an environment is built for: people's demand a month, and its shape. */
export interface Traffic {
  readonly perMonth: Readonly<Record<Exclude<UseCase, 'scrape' | 'cron' | 'webhook'>, number>>;
  readonly shape: TrafficShape;
}
