import { z } from 'zod';
import { type Api, type Listing, listAtMost } from '../adapters/api.ts';
import type { FileContent } from '../adapters/files.ts';
import { usageFailure } from '../failure.ts';
import { parseFile } from './application.ts';
import { given, ppmOf } from './coupons.ts';
import type { CommissionPreview, CommissionRule, RuleSet } from './money-shapes.ts';
import { vendorIdOf } from './vendors.ts';

export interface RuleFilter {
  readonly vendor?: string | undefined;
  readonly default: boolean;
  readonly limit: number;
}

export async function listRules(api: Api, filter: RuleFilter): Promise<Listing<RuleSet>> {
  const vendorId = filter.default ? 'default' : await vendorIdOf(api, filter.vendor);
  return listAtMost<RuleSet>(api, '/v1/commission-rules', {
    limit: filter.limit,
    query: { vendorId },
  });
}

/** The marketplace judges the rules themselves; here only that it is such a file. */
const rulesFile = z.strictObject({
  rules: z.array(z.looseObject({ kind: z.string() })).max(50),
  includeShipping: z.boolean().optional(),
  taxPpm: z.int().optional(),
});

export interface RulesInput {
  readonly file?: FileContent | undefined;
  readonly percent?: number | undefined;
  /** Takes a vendor back to the rules of the marketplace. */
  readonly default?: boolean | undefined;
  readonly includeShipping?: boolean | undefined;
  readonly taxPercent?: number | undefined;
}

export interface Rules {
  readonly rules: readonly CommissionRule[] | null;
  readonly includeShipping?: boolean | undefined;
  readonly taxPpm?: number | undefined;
}

/** Rules out of a file, or the one that most have: a percentage. */
export function readRules(input: RulesInput): Rules {
  const { file, percent, includeShipping, taxPercent } = input;
  const ways = [file, percent, input.default || undefined].filter((one) => one !== undefined);
  if (ways.length !== 1) {
    throw usageFailure(
      'Which rules?',
      'A JSON file { "rules": [ … ] }, --percent 9, or --default for a vendor without own rules',
    );
  }
  const inFile = file === undefined ? {} : parseFile(rulesFile, file);
  const settings = given({
    includeShipping,
    taxPpm: taxPercent === undefined ? undefined : ppmOf(taxPercent),
  });
  const simple = input.default ? null : [{ kind: 'percentage', ratePpm: ppmOf(percent ?? 0) }];
  return { rules: simple, ...inFile, ...settings };
}

export async function setRules(
  api: Api,
  vendor: string | undefined,
  rules: Rules & { readonly validFrom?: string | undefined },
): Promise<RuleSet> {
  const vendorId = await vendorIdOf(api, vendor);
  return api.put<RuleSet>('/v1/commission-rules', given({ vendorId, ...rules }));
}

export async function previewRules(
  api: Api,
  vendor: string | undefined,
  rules: Rules & { readonly from?: string | undefined; readonly to?: string | undefined },
): Promise<CommissionPreview> {
  const vendorId = await vendorIdOf(api, vendor);
  return api.post<CommissionPreview>('/v1/commission-rules/preview', given({ vendorId, ...rules }));
}

/** `9 %`, `9 % to 100.00, then 6 %`: amounts are minor units of whatever was sold. */
export function describeRule({ kind, ratePpm, amount, bands }: CommissionRule): string {
  const percent = (ppm: number) => `${ppm / 10_000} %`;
  if (ratePpm !== undefined) return percent(ratePpm);
  if (bands !== undefined) {
    return bands
      .map(({ upTo, ratePpm: rate }) =>
        upTo === null ? `then ${percent(rate)}` : `${percent(rate)} to ${upTo / 100}`,
      )
      .join(', ');
  }
  return `${kind} ${amount ?? ''}`.trim();
}
