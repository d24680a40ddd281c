/** What people do; each has a cost vector in `cost-model.ts`. */
export const demands = ['pageView', 'search', 'addToCart', 'checkout', 'vendorUpdate'] as const;
export type Demand = (typeof demands)[number];

/** What people do, what follows from it, and what the machinery does by itself. */
export const useCases = [
  ...demands,
  /** Both vendors of an order ship and deliver it: capture, postings, the end of the hold. */
  'fulfillment',
  /** One signed call to a vendor's endpoint. */
  'webhook',
  /** One event taken by one consumer that stores something. */
  'eventHop',
  /** One look of Prometheus at all services. */
  'scrape',
  /** Usage counts of all services, sent to the guard. */
  'usageReport',
  /** All services look for what was left lying: outboxes, sagas, rows past their time. */
  'sweep',
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
  /** Different questions among which searches are spread in the same way. */
  readonly questions: number;
  readonly vendors: number;
  /** Rows changed in one go when a vendor edits in bulk, and how often a month that happens. */
  readonly bulkEdits: { readonly perMonth: number; readonly rows: number };
  /** Vendor orders of one checkout whose vendor has a webhook endpoint. */
  readonly webhooksPerCheckout: number;
}

/** What an environment is built for: people's demand a month, and its shape. */
export interface Traffic {
  readonly perMonth: Readonly<Record<Demand, number>>;
  readonly shape: TrafficShape;
}
