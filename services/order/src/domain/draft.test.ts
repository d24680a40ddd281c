import type { Quote } from '@mkt/contracts';
import { newId, type VendorId } from '@mkt/kernel';
import { describe, expect, test } from 'vitest';
import { draftOrders, type ItemCommission } from './draft.ts';
import { itemOf } from './order.fixture.ts';
import { chosenShipping, parcelsOf } from './parcels.ts';

const [north, south] = [newId<'Vendor'>(), newId<'Vendor'>()] as [VendorId, VendorId];
const ids = { orderId: () => newId<'Order'>(), lineId: () => newId<'OrderLine'>() };

function item(vendorId: VendorId, of: Partial<Quote['items'][number]> & { payableMinor: number }) {
  const { lineId: _, commissionBaseMinor: __, ...rest } = itemOf({ quantity: 2, ...of });
  const { commissionMinor: ___, commissionTaxMinor: ____, ...plain } = rest;
  return { ...plain, ...of, vendorId };
}
function quoteOf(items: Quote['items']): Quote {
  return {
    currency: 'EUR' as never,
    terms: { taxMode: 'inclusive', taxLiability: 'marketplace', marketplaceFundingTaxed: true },
    items,
    coupons: [],
    refusedCoupons: [],
    unavailable: [],
    totalMinor: items.reduce((sum, { payableMinor }) => sum + payableMinor, 0),
  };
}
const commissionsOf = (quote: Quote): ItemCommission[] =>
  quote.items.map(({ itemId }) => ({
    itemId,
    commissionBaseMinor: 10,
    commissionMinor: 2,
    commissionTaxMinor: 1,
  }));

describe('the orders of a checkout', () => {
  const quote = quoteOf([
    item(south, { payableMinor: 101 }),
    item(north, { payableMinor: 7 }),
    item(south, { payableMinor: 30 }),
    item(south, { payableMinor: 5, kind: 'shipping' }),
  ]);

  test('hold each item once, by vendor in the order of the cart, shipping last', () => {
    const orders = draftOrders(quote, commissionsOf(quote), ids);
    expect(orders.map((order) => [order.vendorId, order.position, order.payableMinor])).toEqual([
      [south, 1, 136],
      [north, 2, 7],
    ]);
    expect(orders[0]?.items.map((frozen) => frozen.payableMinor)).toEqual([101, 30, 5]);
    expect(orders[0]?.items[0]).toMatchObject({ commissionMinor: 2, commissionTaxMinor: 1 });
  });

  test('cannot be made where the total is not their sum, or a commission is missing', () => {
    const wrong = { ...quote, totalMinor: quote.totalMinor + 1 };
    expect(() => draftOrders(wrong, commissionsOf(quote), ids)).toThrow('add up');
    expect(() => draftOrders(quote, [], ids)).toThrow('No commission');
  });
});

describe('shipping', () => {
  const quote = quoteOf([
    item(south, { payableMinor: 0, grams: 200, baseMinor: 1_000, discountMinor: 100 }),
    item(south, { payableMinor: 0, grams: 50, baseMinor: 70, requiresShipping: false }),
    item(north, { payableMinor: 0, grams: 0, requiresShipping: false }),
  ]);
  const rateId = newId() as string;
  const options = [{ vendorId: south, rateId, amountMinor: 400 }];

  test('makes a parcel of what travels, by weight and discounted price', () => {
    expect(parcelsOf(quote)).toEqual([{ vendorId: south, grams: 400, goodsMinor: 900 }]);
  });

  test('takes the chosen option of each parcel', () => {
    const chosen = chosenShipping(parcelsOf(quote), options, [{ vendorId: south, rateId }]);
    expect(chosen).toEqual({ ok: true, value: [{ vendorId: south, amountMinor: 400 }] });
  });

  test.each([
    ['no choice', []],
    ['an unknown rate', [{ vendorId: south, rateId: newId() as string }]],
    [
      'a vendor that ships nothing',
      [
        { vendorId: south, rateId },
        { vendorId: north, rateId },
      ],
    ],
    [
      'two choices for one parcel',
      [
        { vendorId: south, rateId },
        { vendorId: south, rateId },
      ],
    ],
  ])('is refused with %s', (_, choices) => {
    const chosen = chosenShipping(parcelsOf(quote), options, choices);
    expect(chosen).toMatchObject({ ok: false, error: { code: 'SHIPPING_UNAVAILABLE' } });
  });
});
