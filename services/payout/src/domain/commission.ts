import { allocate, assert, mulPpm, PPM, roundHalfUpQuotient, unreachable } from '@mkt/kernel';
import type { CommissionBand, CommissionComponent } from './commission-rules.ts';

/** What the commission needs to know of a priced item. */
export interface CommissionItem {
  readonly id: string;
  readonly kind: 'line' | 'shipping';
  readonly quantity: number;
  readonly net: number;
  readonly marketplaceFunded: number;
}

/** The items of one vendor order, with the terms in force at the sale. */
export interface CommissionInput {
  readonly items: readonly CommissionItem[];
  readonly rules: readonly CommissionComponent[];
  readonly includeShipping: boolean;
  readonly taxPpm: number;
  /** Where it is taxed, `net` already holds what the marketplace funded. */
  readonly marketplaceFundingTaxed: boolean;
}

/** What one rule changed; `limitToBase` is the cut at the end. Adds up to the commission. */
export interface CommissionStep {
  readonly kind: CommissionComponent['kind'] | 'limitToBase';
  readonly amount: number;
}

/** Frozen on the order line at the sale and never computed again. */
export interface FrozenCommission {
  readonly id: string;
  readonly commissionBase: number;
  readonly commission: number;
  readonly commissionTax: number;
  readonly steps: readonly CommissionStep[];
}

interface Charge {
  readonly item: CommissionItem;
  readonly base: number;
  readonly sum: number;
  readonly steps: readonly CommissionStep[];
}

/** The commission of one vendor order, item by item: each rule applies to the sum so far. */
export function commissionOf(input: CommissionInput): FrozenCommission[] {
  let charges: readonly Charge[] = input.items.map((item) => ({
    item,
    base: baseOf(item, input),
    sum: 0,
    steps: [],
  }));
  for (const rule of input.rules) charges = advance(charges, rule.kind, apply(rule, charges));
  // What this cuts off is lost: no other item pays for it.
  const limited = charges.map(({ sum, base }) => Math.min(sum, base));
  charges = advance(charges, 'limitToBase', limited);
  const total = charges.reduce((soFar, charge) => soFar + charge.sum, 0);
  const taxes = allocate(
    mulPpm(total, input.taxPpm),
    charges.map((charge) => charge.sum),
  );
  return charges.map(({ item, base, sum, steps }, index) => ({
    id: item.id,
    commissionBase: base,
    commission: sum,
    commissionTax: taxes[index] ?? 0,
    steps,
  }));
}

/** What the vendor earns with the item before fees. */
function baseOf(item: CommissionItem, input: CommissionInput): number {
  if (item.kind === 'shipping' && !input.includeShipping) return 0;
  return item.net + (input.marketplaceFundingTaxed ? 0 : item.marketplaceFunded);
}

/** Moves every charge to its new sum and writes down the difference. */
function advance(
  charges: readonly Charge[],
  kind: CommissionStep['kind'],
  sums: readonly number[],
): Charge[] {
  return charges.map((charge, index) => {
    const sum = sums[index] ?? charge.sum;
    if (sum === charge.sum) return charge;
    return { ...charge, sum, steps: [...charge.steps, { kind, amount: sum - charge.sum }] };
  });
}

/** The sums after one rule. Amounts per unit and per line leave shipping alone. */
function apply(rule: CommissionComponent, charges: readonly Charge[]): number[] {
  const each = (next: (charge: Charge) => number) => charges.map(next);
  const eachLine = (next: (charge: Charge) => number) =>
    each((charge) => (charge.item.kind === 'line' ? next(charge) : charge.sum));
  switch (rule.kind) {
    case 'percentage':
      return each(({ sum, base }) => sum + mulPpm(base, rule.ratePpm));
    case 'bands':
      return each(({ sum, base }) => sum + throughBands(base, rule.bands));
    case 'fixedPerUnit':
      return eachLine(({ sum, item }) => sum + rule.amount * item.quantity);
    case 'fixedPerOrder':
      return addOnce(rule.amount, charges);
    case 'minimumPerLine':
      return eachLine(({ sum }) => Math.max(sum, rule.amount));
    case 'maximumPerLine':
      return eachLine(({ sum }) => Math.min(sum, rule.amount));
    default:
      return unreachable(rule);
  }
}

function addOnce(amount: number, charges: readonly Charge[]): number[] {
  const bases = charges.map(({ base }) => base);
  if (bases.every((base) => base === 0)) return charges.map(({ sum }) => sum);
  const shares = allocate(amount, bases);
  return charges.map(({ sum }, index) => sum + (shares[index] ?? 0));
}

/** Each slice of the base at its own rate; the sum is rounded once. */
function throughBands(base: number, bands: readonly CommissionBand[]): number {
  let start = 0;
  let exact = 0n;
  for (const { upTo, ratePpm } of bands) {
    const end = upTo === null ? base : Math.min(upTo, base);
    exact += BigInt(Math.max(end - start, 0)) * BigInt(ratePpm);
    start = Math.max(end, start);
  }
  assert(start === base, 'The last band must have no end');
  return roundHalfUpQuotient(exact, BigInt(PPM));
}
