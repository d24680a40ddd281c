import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commissionOf } from './commission.ts';
import { type ChargedUnits, type PreviewItem, previewOrder } from './commission-preview.ts';

const percentage = (ratePpm: number) => ({ kind: 'percentage', ratePpm }) as const;
const item = (changes: Partial<PreviewItem> = {}): PreviewItem => ({
  lineId: 'a',
  kind: 'line',
  quantity: 3,
  base: 3_000,
  discount: 0,
  marketplaceFunded: 0,
  net: 3_000,
  tax: 0,
  payable: 3_000,
  commission: 300,
  commissionTax: 0,
  ...changes,
});
const run = (kind: 'capture' | 'refund', units: number, fromUnit = 0): ChargedUnits => ({
  kind,
  lineId: 'a',
  fromUnit,
  units,
});
const terms = { rules: [percentage(200_000)], includeShipping: false, taxPpm: 0 };

describe('a preview of an order', () => {
  test('says what was charged and what would have been', () => {
    expect(previewOrder([item()], [run('capture', 3)], terms)).toEqual({
      was: { commission: 300, commissionTax: 0 },
      wouldBe: { commission: 600, commissionTax: 0 },
    });
  });

  test('counts the units that were captured and not given back', () => {
    const charged = [run('capture', 2), run('refund', 1)];
    const { was, wouldBe } = previewOrder([item()], charged, terms);
    expect([was.commission, wouldBe.commission]).toEqual([100, 200]);
    const nothing = previewOrder([item()], [], terms);
    expect([nothing.was.commission, nothing.wouldBe.commission]).toEqual([0, 0]);
  });

  test.each([
    ['inclusive and taxed', { base: 1_190, discount: 119, payable: 1_071, net: 1_000, tax: 190 }],
    ['exclusive and taxed', { base: 1_000, discount: 119, payable: 1_071, net: 1_000, tax: 190 }],
  ])('does not count funding twice that is in the net amount: %s', (_, amounts) => {
    const funded = item({ ...amounts, quantity: 1, marketplaceFunded: 119 });
    const { wouldBe } = previewOrder([funded], [run('capture', 1)], terms);
    expect(wouldBe.commission).toBe(200);
  });

  test('adds funding that was not taxed: the vendor earned it', () => {
    const amounts = { base: 1_190, discount: 119, payable: 1_071, net: 900, tax: 171 };
    const funded = item({ ...amounts, quantity: 1, marketplaceFunded: 119 });
    const { wouldBe } = previewOrder([funded], [run('capture', 1)], terms);
    expect(wouldBe.commission).toBe(204);
  });

  test('under the same terms changes nothing', () => {
    const amount = fc.integer({ min: 0, max: 1_000_000 });
    const line = fc.record({ net: amount, quantity: fc.integer({ min: 1, max: 9 }) });
    const rules = fc.array(
      fc.oneof(
        fc.integer({ min: 0, max: 1_000_000 }).map(percentage),
        amount.map((one) => ({ kind: 'fixedPerUnit', amount: one }) as const),
        amount.map((one) => ({ kind: 'fixedPerOrder', amount: one }) as const),
      ),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), rules, (lines, chosen) => {
        const same = { rules: chosen, includeShipping: false, taxPpm: 190_000 };
        const items = lines.map(({ net, quantity }, at) => ({
          ...item({ lineId: String(at), net, quantity, base: net, payable: net }),
        }));
        const frozen = commissionOf({
          ...same,
          items: items.map(({ lineId, ...one }) => ({ id: lineId, ...one })),
          marketplaceFundingTaxed: true,
        });
        const sold = items.map((one, at) => {
          const { commission = 0, commissionTax = 0 } = frozen[at] ?? {};
          return { ...one, commission, commissionTax };
        });
        const charged = sold.map(({ lineId, quantity }) => ({
          kind: 'capture' as const,
          ...{ lineId, fromUnit: 0, units: quantity },
        }));
        const { was, wouldBe } = previewOrder(sold, charged, same);
        expect(wouldBe).toEqual(was);
      }),
    );
  });
});
