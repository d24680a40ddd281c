import { z } from 'zod';

/** A day as providers write it, UTC. */
const day = z.iso.date();

export const units = [
  'ocpu-hour',
  'gb-hour',
  'cu-hour',
  'gb',
  'gb-month',
  'mb',
  'mbps',
  'ms',
  'minute',
  'second',
  'count',
  'request',
  'command',
  'operation',
  'row',
  'series',
] as const;

export const limitSchema = z.strictObject({
  /** `<provider>.<what>.<measure>`: stable, other files speak of it. */
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)+$/),
  resource: z.string().min(1),
  unit: z.enum(units),
  /** `unknown` is never free; `unlimited` has a source that says so. */
  value: z.union([z.number().nonnegative(), z.literal('unlimited'), z.literal('unknown')]),
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
  scope: z.enum(['account', 'tenancy', 'region', 'project', 'cluster', 'database', 'site', 'vm']),
  whenExceeded: z.enum(['stop', 'throttle', 'bill', 'delete', 'reclaim']),
  /** What each unit above the allowance costs where it is billed, micro US dollars. */
  priceMicroUsd: z.number().int().nonnegative().optional(),
  source: z.strictObject({ title: z.string().min(1), url: z.url() }),
  verifiedAt: day,
  effectiveFrom: day,
  /** The first day on which it no longer holds. */
  effectiveTo: day.optional(),
  confidence: z.enum(['A', 'B', 'C', 'measured', 'unknown']),
  /** A contract clause that bars a use. */
  bars: z.strictObject({ use: z.string().min(1), clause: z.string().min(1) }).optional(),
  note: z.string().min(1).optional(),
});

/** One allowance of a provider during the time it holds. */
export type Limit = z.infer<typeof limitSchema>;
