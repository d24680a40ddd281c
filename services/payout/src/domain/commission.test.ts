import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CommissionItem, commissionOf } from './commission.ts';
import {
  type CommissionComponent,
  type CommissionRule,
  checkCommissionRules,
  rulesInForce,
} from './commission-rules.ts';

fc.configureGlobal({ seed: 20_260_101 });

const line = (id: string, net: number, more: Partial<CommissionItem> = {}): CommissionItem => ({
  id,
  kind: 'line',
  quantity: 1,
  net,
  marketplaceFunded: 0,
  ...more,
});
const shipping = (net: number) => line('shipping:v', net, { kind: 'shipping' });

const terms = { rules: [], includeShipping: false, taxPpm: 0, marketplaceFundingTaxed: true };
const charge = (items: readonly CommissionItem[], ...rules: readonly CommissionComponent[]) =>
  commissionOf({ ...terms, items, rules }).map((item) => item.commission);

const percentage: CommissionComponent = { kind: 'percentage', ratePpm: 100_000 };

describe('the components', () => {
  test('a percentage is rounded half up per item', () => {
    expect(charge([line('a', 1005), line('b', 1004)], percentage)).toEqual([101, 100]);
  });

  test('bands are marginal, ends inclusive, and rounded once', () => {
    const bands: CommissionComponent = {
      kind: 'bands',
      bands: [
        { upTo: 100, ratePpm: 205_000 },
        { upTo: 200, ratePpm: 105_000 },
        { upTo: null, ratePpm: 10_000 },
      ],
    };
    // 20.5 + 10.5 = 31: rounding per slice would give 32.
    expect(charge([line('a', 200), line('b', 300), line('c', 50)], bands)).toEqual([31, 32, 10]);
  });

  test('a fixed amount per unit counts units, and never of shipping', () => {
    const rule: CommissionComponent = { kind: 'fixedPerUnit', amount: 7 };
    const items = [line('a', 1000, { quantity: 3 }), shipping(500)];
    expect(commissionOf({ ...terms, items, rules: [rule], includeShipping: true })).toMatchObject([
      { commission: 21 },
      { commission: 0 },
    ]);
  });

  test('a fixed amount per order is spread by base, ties to the earlier item', () => {
    const rule: CommissionComponent = { kind: 'fixedPerOrder', amount: 30 };
    expect(charge([line('a', 1000), line('b', 500)], rule)).toEqual([20, 10]);
    expect(
      charge([line('a', 100), line('b', 100), line('c', 100)], { ...rule, amount: 10 }),
    ).toEqual([4, 3, 3]);
    expect(charge([line('a', 0), line('b', 0)], rule)).toEqual([0, 0]);
  });

  test('minimum and maximum bound the sum so far, so their place in the list counts', () => {
    const minimum: CommissionComponent = { kind: 'minimumPerLine', amount: 50 };
    const maximum: CommissionComponent = { kind: 'maximumPerLine', amount: 80 };
    const items = [line('a', 100), line('b', 1000)];
    expect(charge(items, percentage, minimum, maximum)).toEqual([50, 80]);
    expect(charge(items, minimum, maximum, percentage)).toEqual([60, 150]);
  });
});

describe('the base', () => {
  test('shipping is charged only where the market includes it', () => {
    const items = [line('a', 1000), shipping(500)];
    const input = { ...terms, items, rules: [percentage] };
    expect(commissionOf(input).map((item) => item.commissionBase)).toEqual([1000, 0]);
    const included = commissionOf({ ...input, includeShipping: true });
    expect(included.map((item) => item.commission)).toEqual([100, 50]);
  });

  test('untaxed marketplace funding is part of what the vendor earns', () => {
    const items = [line('a', 800, { marketplaceFunded: 200 })];
    const input = { ...terms, items, rules: [percentage] };
    expect(commissionOf(input)[0]?.commissionBase).toBe(800);
    expect(commissionOf({ ...input, marketplaceFundingTaxed: false })[0]?.commissionBase).toBe(
      1000,
    );
  });

  test('the commission never exceeds it, and the cut is not moved to another item', () => {
    const rule: CommissionComponent = { kind: 'fixedPerUnit', amount: 100 };
    const [first, second] = commissionOf({
      ...terms,
      items: [line('a', 30), line('b', 1000)],
      rules: [rule],
    });
    expect(first?.commission).toBe(30);
    expect(first?.steps).toEqual([
      { kind: 'fixedPerUnit', amount: 100 },
      { kind: 'limitToBase', amount: -70 },
    ]);
    expect(second?.commission).toBe(100);
  });
});

test('tax on commission is rounded on the order and spread by commission', () => {
  const items = [line('a', 10), line('b', 10), line('c', 10)];
  const taxed = commissionOf({
    ...terms,
    items,
    rules: [{ kind: 'percentage', ratePpm: 300_000 }],
    taxPpm: 190_000,
  });
  // 19 % of 9 is 1.71, so 2: per item it would be 0.57, so 3.
  expect(taxed.map((item) => item.commissionTax)).toEqual([1, 1, 0]);
});

describe('the rules in force', () => {
  const plan = { includeShipping: false, taxPpm: 0, default: [percentage], byVendor: { v1: [] } };

  test("a vendor's own rules replace the default whole, even an empty list", () => {
    const at = new Date('2026-01-01');
    expect(rulesInForce(plan, 'v1', at)).toEqual([]);
    expect(rulesInForce(plan, 'v2', at)).toEqual([percentage]);
    expect(rulesInForce(plan, 'constructor', at)).toEqual([percentage]);
  });

  test('a rule applies from its first moment until before its end', () => {
    const validFrom = new Date('2026-01-01');
    const validUntil = new Date('2026-02-01');
    const dated = { ...plan, default: [{ ...percentage, validFrom, validUntil }] };
    const count = (at: string) => rulesInForce(dated, 'v2', new Date(at)).length;
    expect([count('2025-12-31'), count('2026-01-01')]).toEqual([0, 1]);
    expect([count('2026-01-31'), count('2026-02-01')]).toEqual([1, 0]);
  });
});

describe('storing rules', () => {
  const bands = (...upTo: (number | null)[]): CommissionRule => ({
    kind: 'bands',
    bands: upTo.map((end) => ({ upTo: end, ratePpm: 1 })),
  });
  const late = new Date('2026-02-01');

  test.each<[string, CommissionRule]>([
    ['a rate over 100 %', { kind: 'percentage', ratePpm: 1_000_001 }],
    ['a negative amount', { kind: 'fixedPerUnit', amount: -1 }],
    ['part of a cent', { kind: 'minimumPerLine', amount: 0.5 }],
    ['no bands', bands()],
    ['a last band with an end', bands(10)],
    ['a band without an end in the middle', bands(null, null)],
    ['bands that do not ascend', bands(10, 10, null)],
    ['a band of nothing', bands(0, null)],
    ['an end before the start', { ...percentage, validFrom: late, validUntil: late }],
  ])('refuses %s', (_what, rule) => {
    const checked = checkCommissionRules([percentage, rule]);
    const error = { code: 'COMMISSION_RULE_INVALID', data: { index: 1 } };
    expect(checked).toMatchObject({ ok: false, error });
  });

  test('accepts what can be applied', () => {
    const rules = [percentage, bands(10, 20, null), { ...percentage, validUntil: late }];
    expect(checkCommissionRules(rules)).toEqual({ ok: true, value: rules });
  });
});

describe('always', () => {
  const amount = fc.nat(100_000_000);
  const rate = fc.nat(1_000_000);
  const rule = fc.oneof(
    fc.record({ kind: fc.constant('percentage' as const), ratePpm: rate }),
    fc.record({ kind: fc.constant('fixedPerUnit' as const), amount: fc.nat(1000) }),
    fc.record({ kind: fc.constant('fixedPerOrder' as const), amount: fc.nat(1000) }),
    fc.record({ kind: fc.constant('minimumPerLine' as const), amount: fc.nat(1000) }),
    fc.record({ kind: fc.constant('maximumPerLine' as const), amount: fc.nat(1000) }),
  );
  const order = fc.record({
    items: fc.array(
      fc.record({
        id: fc.uuid(),
        kind: fc.constantFrom('line' as const, 'shipping' as const),
        quantity: fc.integer({ min: 1, max: 20 }),
        net: amount,
        marketplaceFunded: amount,
      }),
      { maxLength: 6 },
    ),
    rules: fc.array(rule, { maxLength: 5 }),
    includeShipping: fc.boolean(),
    taxPpm: rate,
    marketplaceFundingTaxed: fc.boolean(),
  });

  test('commission is between zero and the base, and its steps add up to it', () => {
    fc.assert(
      fc.property(order, (input) => {
        for (const item of commissionOf(input)) {
          expect(item.commission).toBeGreaterThanOrEqual(0);
          expect(item.commission).toBeLessThanOrEqual(item.commissionBase);
          expect(item.steps.reduce((sum, step) => sum + step.amount, 0)).toBe(item.commission);
        }
      }),
    );
  });

  test('without amounts per order the order of the items changes no commission', () => {
    fc.assert(
      fc.property(order, (input) => {
        const rules = input.rules.filter(({ kind }) => kind !== 'fixedPerOrder');
        const forward = commissionOf({ ...input, rules });
        const backward = commissionOf({ ...input, rules, items: input.items.toReversed() });
        const amounts = (items: typeof forward) => items.map((item) => item.commission);
        expect(amounts(backward.toReversed())).toEqual(amounts(forward));
      }),
    );
  });
});
