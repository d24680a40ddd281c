import { z } from 'zod';

/** A day as providers write it, UTC. */
const day = z.iso.date();

export const units = [
  'ocpu',
  'ocpu-hour',
  'cpu-hour',
  'gb-hour',
  'cu',
  'cu-hour',
  'gb',
  'gb-month',
  'mb',
  'mib',
  'mbps',
  'ms',
  'second',
  'minute',
  'hour',
  'day',
  'percent',
  'count',
  'request',
  'command',
  'operation',
  'row',
  'series',
] as const;

const id = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)+$/, 'not of the form provider.what.of');

const confidences = ['A', 'B', 'C', 'measured', 'unknown'] as const;
/**
 * `A` the provider's own page, `B` somebody dated who quotes it, `C` hearsay of its users,
 * `measured` by us, `unknown` where nobody says.
 */
export type Confidence = (typeof confidences)[number];

const evidence = {
  /** Name of one of the file's sources. */
  source: z.string().min(1),
  /** The day on which somebody last read it there. */
  verifiedAt: day,
  effectiveFrom: day,
  /** The first day on which it no longer holds. */
  effectiveTo: day.optional(),
  confidence: z.enum(confidences),
  note: z.string().min(1).optional(),
};

export const limitSchema = z.strictObject({
  /** `<provider>.<what>.<measure>`: stable, other files speak of it. */
  id,
  resource: z.string().min(1),
  /** `unknown` is never free; `unlimited` has a source that says so. */
  value: z.union([z.number().nonnegative(), z.literal('unlimited'), z.literal('unknown')]),
  unit: z.enum(units),
  /** A ceiling unless it says otherwise: a floor to stay above, or how something simply is. */
  bound: z.enum(['most', 'least', 'exactly']).default('most'),
  period: z.enum([
    'instant',
    'second',
    'hour',
    'day-utc',
    'month',
    'rolling-7-days',
    'rolling-30-days',
    'p95-7-days',
    'standing',
  ]),
  scope: z.enum([
    'person',
    'account',
    'tenancy',
    'region',
    'project',
    'cluster',
    'database',
    'site',
    'vm',
    'request',
  ]),
  whenExceeded: z.enum(['stop', 'throttle', 'bill', 'delete', 'reclaim']),
  /** What so many units above the allowance cost, where billed or on the cheapest paid plan. */
  price: z.strictObject({ usd: z.number().positive(), per: z.number().positive() }).optional(),
  ...evidence,
});

export const barredUses = ['commerce', 'second-account', 'synthetic-load', 'mining'] as const;
export type BarredUse = (typeof barredUses)[number];

export const termSchema = z.strictObject({
  id,
  /** The ids of limits begin with this: of a provider, or of one of its plans. */
  appliesTo: z.string().min(1),
  bars: z.enum(barredUses),
  clause: z.string().min(1),
  ...evidence,
});

export const providers = [
  'oracle',
  'neon',
  'atlas',
  'upstash',
  'cloudflare',
  'vercel',
  'github',
  'grafana-cloud',
] as const;
export type Provider = (typeof providers)[number];

export const fileSchema = z.strictObject({
  provider: z.enum(providers),
  sources: z.record(z.string(), z.strictObject({ title: z.string().min(1), url: z.url() })),
  limits: z.array(limitSchema).min(1),
  terms: z.array(termSchema).default([]),
});
export type LimitFile = z.infer<typeof fileSchema>;

interface Entry {
  readonly provider: Provider;
  readonly source: { readonly title: string; readonly url: string };
  readonly declaredAt: { readonly file: string; readonly line: number };
}

/** One allowance of a provider during the time it holds. */
export type Limit = Readonly<Omit<z.infer<typeof limitSchema>, 'source'>> & Entry;

/** A contract clause that bars a use, during the time it holds. */
export type Term = Readonly<Omit<z.infer<typeof termSchema>, 'source'>> & Entry;

export interface Catalogue {
  readonly limits: readonly Limit[];
  readonly terms: readonly Term[];
}
