import { z } from 'zod';
import type { Judged } from '../judge.ts';
import { isFinding, type Judgement, type Severity } from '../judgement.ts';

const lineSchema = z.strictObject({
  rule: z.string(),
  severity: z.enum(['ok', 'note', 'warning', 'error'] satisfies Severity[]),
  subject: z.string(),
  limitId: z.string().optional(),
  instance: z.string().optional(),
  value: z.number().optional(),
  limit: z.union([z.number(), z.enum(['unlimited', 'unknown'])]).optional(),
  unit: z.string().optional(),
  /** Of the limit; left out where the limit is nothing or no number. */
  share: z.number().optional(),
  arithmetic: z.string(),
  why: z.string().optional(),
  remedy: z.string().optional(),
  costUsd: z.number().optional(),
  exhaustedOnDay: z.number().int().optional(),
  file: z.string().optional(),
  line: z.number().int().positive().optional(),
});

const differenceSchema = z.strictObject({
  subject: z.string(),
  unit: z.string().optional(),
  before: z.number().optional(),
  after: z.number().optional(),
  /** `+96 MiB`, `day 29 -> day 24`. */
  text: z.string(),
});

/** What `mkt budget check --json` answers with, as version 1 of its data. */
export const reportSchema = z.strictObject({
  day: z.iso.date(),
  environment: z.string(),
  profile: z.string(),
  verdict: z.enum(['fits', 'refused']),
  /** What going on like this costs a month, US dollars, where it can be bought. */
  costUsd: z.number(),
  acknowledged: z.boolean(),
  lines: z.array(lineSchema),
  findings: z.array(lineSchema),
  /** Entries of the limits catalogue that nothing is compared with, and why. */
  notJudged: z.array(
    z.strictObject({
      limitId: z.string(),
      resource: z.string(),
      limit: z.union([z.number(), z.enum(['unlimited', 'unknown'])]),
      unit: z.string(),
      reason: z.string(),
    }),
  ),
  base: z
    .strictObject({
      ref: z.string(),
      commit: z.string(),
      verdict: z.enum(['fits', 'refused']),
      differences: z.array(differenceSchema),
    })
    .optional(),
});

export type Report = z.infer<typeof reportSchema>;
export type ReportLine = z.infer<typeof lineSchema>;
export type Difference = z.infer<typeof differenceSchema>;

/** Entries that share a reason, in the order of the catalogue. */
export interface SameReason {
  readonly reason: string;
  /** Ids; of one product `cloudflare.workers.* (7)`. */
  readonly names: readonly string[];
}

export function byReason(notJudged: Report['notJudged']): SameReason[] {
  const reasons = new Map<string, string[]>();
  for (const { reason, limitId } of notJudged) {
    reasons.set(reason, [...(reasons.get(reason) ?? []), limitId]);
  }
  return [...reasons].map(([reason, ids]) => ({ reason, names: byProduct(ids) }));
}

function byProduct(ids: readonly string[]): string[] {
  const products = new Map<string, string[]>();
  for (const id of ids) {
    const product = id.split('.').slice(0, 2).join('.');
    products.set(product, [...(products.get(product) ?? []), id]);
  }
  return [...products].flatMap(([product, own]) =>
    own.length > 2 ? [`${product}.* (${own.length})`] : own,
  );
}

export interface ReportHead {
  readonly day: string;
  readonly environment: string;
  readonly profile: string;
  readonly acknowledged: boolean;
}

const order: readonly Severity[] = ['error', 'warning', 'note', 'ok'];

export function reportOf(head: ReportHead, judged: Judged): Report {
  const lines = judged.judgements.map(lineOf);
  return {
    ...head,
    verdict: judged.isRefused ? 'refused' : 'fits',
    costUsd: rounded(judged.costUsd),
    lines,
    findings: lines
      .filter(isFinding)
      .toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity)),
    notJudged: [...judged.notJudged],
  };
}

function lineOf({ place, share, value, costUsd, ...rest }: Judgement): ReportLine {
  return {
    ...rest,
    ...(value === undefined ? {} : { value: rounded(value) }),
    ...(share === undefined || !Number.isFinite(share) ? {} : { share: rounded(share) }),
    ...(costUsd === undefined ? {} : { costUsd: rounded(costUsd) }),
    ...(place ? { file: place.file, line: place.line } : {}),
  };
}

/** Six places: more of a sum are the machine's and not the plan's. */
const rounded = (value: number) => Math.round(value * 1e6) / 1e6;
