import { ok, PPM, type Refusal, type Result, refuse } from '@mkt/kernel';

// Every amount in this folder is in minor units of one currency, rates are in parts per million.

/** A slice of the commission base: up to and including `upTo`; the last slice has no end. */
export interface CommissionBand {
  readonly upTo: number | null;
  readonly ratePpm: number;
}

export type CommissionComponent =
  | { readonly kind: 'percentage'; readonly ratePpm: number }
  | { readonly kind: 'bands'; readonly bands: readonly CommissionBand[] }
  | { readonly kind: 'fixedPerUnit'; readonly amount: number }
  | { readonly kind: 'fixedPerOrder'; readonly amount: number }
  | { readonly kind: 'minimumPerLine'; readonly amount: number }
  | { readonly kind: 'maximumPerLine'; readonly amount: number };

/** A component with the time it is in force: from `validFrom` until before `validUntil`. */
export type CommissionRule = CommissionComponent & {
  readonly validFrom?: Date;
  readonly validUntil?: Date;
};

/** The rules of one marketplace. */
export interface CommissionPlan {
  readonly includeShipping: boolean;
  /** The tax on the commission itself. */
  readonly taxPpm: number;
  readonly default: readonly CommissionRule[];
  /** A vendor's own rules, even an empty list, replace the default whole. */
  readonly byVendor: Readonly<Record<string, readonly CommissionRule[]>>;
}

/** The components that apply to a vendor's sale at a moment, in order. */
export function rulesInForce(plan: CommissionPlan, vendor: string, at: Date): CommissionRule[] {
  const own = Object.hasOwn(plan.byVendor, vendor) ? plan.byVendor[vendor] : undefined;
  return (own ?? plan.default).filter(
    ({ validFrom, validUntil }) =>
      (validFrom === undefined || at >= validFrom) && (validUntil === undefined || at < validUntil),
  );
}

/** Turns down rules that cannot be applied, before they are stored. */
export function checkCommissionRules(
  rules: readonly CommissionRule[],
): Result<readonly CommissionRule[], Refusal> {
  for (const [index, rule] of rules.entries()) {
    const problem = problemOf(rule);
    if (problem !== null) return refuse('COMMISSION_RULE_INVALID', problem, { index });
  }
  return ok(rules);
}

function problemOf(rule: CommissionRule): string | null {
  const { validFrom, validUntil } = rule;
  if (validFrom !== undefined && validUntil !== undefined && validFrom >= validUntil) {
    return 'A rule must start before it ends.';
  }
  if (rule.kind === 'percentage') return isPpm(rule.ratePpm) ? null : 'A rate is out of range.';
  if (rule.kind === 'bands') return problemOfBands(rule.bands);
  return isNatural(rule.amount) ? null : 'An amount is out of range.';
}

function problemOfBands(bands: readonly CommissionBand[]): string | null {
  if (!bands.every((band) => isPpm(band.ratePpm))) return 'A rate is out of range.';
  const ends = bands.map((band) => band.upTo);
  if (ends.length === 0 || ends.at(-1) !== null) return 'The last band must have no end.';
  const limits = ends.slice(0, -1);
  const ascending = limits.every(
    (end, index) => end !== null && isNatural(end) && end > (limits[index - 1] ?? 0),
  );
  return ascending ? null : 'The ends of the bands must ascend.';
}

function isNatural(amount: number): boolean {
  return Number.isSafeInteger(amount) && amount >= 0;
}

function isPpm(rate: number): boolean {
  return isNatural(rate) && rate <= PPM;
}
