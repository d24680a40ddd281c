import { mulPpm } from '@mkt/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Account, accountKey, balanced, type Entry } from './accounts.ts';
import { amountsOf, type ItemPart, wholeItem } from './parts.ts';
import { capturePosting, holdOverPosting, type SaleTerms, vendorCreditOf } from './postings.ts';
import {
  type CommissionPolicy,
  goodwillPosting,
  refundPosting,
  settleWithVendor,
  type VendorFunds,
} from './refund.ts';

fc.configureGlobal({ seed: 20_260_101 });

const holder = { vendorId: 'v1', currency: 'EUR' } as const;
const noFunds: VendorFunds = {
  orderPending: 0,
  holdOver: false,
  available: 0,
  reserve: 0,
  receivable: 0,
};

/** Amounts by `pending`, `platform:clearing` and so on. */
function sums(entries: readonly Entry[]): Record<string, number> {
  const key = ({ owner, name }: Account) => (owner === 'vendor' ? name : `${owner}:${name}`);
  const grouped = Map.groupBy(entries, (entry) => key(entry.account));
  const sum = (group: readonly Entry[]) => group.reduce((total, e) => total + e.amountMinor, 0);
  const nonZero = [...grouped].map(([name, group]) => [name, sum(group)] as const);
  return Object.fromEntries(nonZero.filter(([, amount]) => amount !== 0));
}

describe('what a refund costs the vendor', () => {
  const funds = { ...noFunds, orderPending: 10, available: 20, reserve: 30 };

  test.each([
    [5, { pending: 5 }],
    [25, { pending: 10, available: 15 }],
    [55, { pending: 10, available: 20, reserve: 25 }],
    [70, { pending: 10, available: 20, reserve: 30, receivable: 10 }],
    [0, {}],
  ])('%d is taken from pending, available, reserve, and then owed', (amount, expected) => {
    expect(sums(settleWithVendor(amount, holder, funds))).toEqual(expected);
  });

  test('what turns out in its favour pays a debt first, then goes where the order is', () => {
    expect(sums(settleWithVendor(-3, holder, noFunds))).toEqual({ pending: -3 });
    expect(sums(settleWithVendor(-3, holder, { ...noFunds, holdOver: true }))).toEqual({
      available: -3,
    });
    expect(sums(settleWithVendor(-3, holder, { ...noFunds, receivable: 2 }))).toEqual({
      receivable: -2,
      pending: -1,
    });
  });
});

describe('refunds of units', () => {
  const item = {
    quantity: 3,
    payable: 1000,
    marketplaceFunded: 100,
    tax: 160,
    commission: 100,
    commissionTax: 19,
  };
  const part = amountsOf([{ item, fromUnit: 0, units: 1 }]);
  const terms: SaleTerms = { ...holder, taxLiability: 'marketplace' };
  const funds = { ...noFunds, orderPending: 1000 };

  test('the commission is returned with its tax', () => {
    expect(sums(refundPosting(part, terms, 'return', funds))).toEqual({
      'platform:clearing': -333,
      'platform:promotions': -33,
      'platform:taxPayable': 53,
      'platform:commission': 33,
      'platform:commissionTax': 6,
      pending: 274,
    });
  });

  test('or both are kept and the vendor bears them', () => {
    expect(sums(refundPosting(part, terms, 'keep', funds))).toEqual({
      'platform:clearing': -333,
      'platform:promotions': -33,
      'platform:taxPayable': 53,
      pending: 313,
    });
  });

  test('a free unit still takes back what the marketplace paid for it', () => {
    const free = amountsOf([{ item: { ...item, payable: 0 }, fromUnit: 0, units: 3 }]);
    const posting = sums(refundPosting(free, terms, 'return', funds));
    expect(posting['platform:clearing']).toBeUndefined();
    expect(posting['platform:promotions']).toBe(-100);
  });
});

describe('a refund of an amount', () => {
  const goodwill = { amount: 500, bearer: 'vendor', refundable: 500 } as const;

  test('is borne by the vendor through its funds', () => {
    const posted = goodwillPosting(goodwill, holder, { ...noFunds, available: 400 });
    expect(posted.ok && sums(posted.value)).toEqual({
      'platform:clearing': -500,
      available: 400,
      receivable: 100,
    });
  });

  test('or by the marketplace as a promotion', () => {
    const posted = goodwillPosting({ ...goodwill, bearer: 'marketplace' }, holder, noFunds);
    expect(posted.ok && sums(posted.value)).toEqual({
      'platform:clearing': -500,
      'platform:promotions': 500,
    });
  });

  test('is refused beyond what was paid, and without an amount', () => {
    expect(goodwillPosting({ ...goodwill, amount: 501 }, holder, noFunds)).toMatchObject({
      ok: false,
      error: { code: 'REFUND_EXCEEDS_CAPTURED', data: { refundable: 500 } },
    });
    for (const amount of [0, -1, 0.5, Number.NaN]) {
      expect(goodwillPosting({ ...goodwill, amount }, holder, noFunds)).toMatchObject({
        ok: false,
        error: { code: 'REFUND_AMOUNT_INVALID' },
      });
    }
  });
});

const amount = fc.nat(1_000_000);
const soldItem = fc.record({
  item: fc.record({
    quantity: fc.integer({ min: 1, max: 12 }),
    payable: amount,
    marketplaceFunded: amount,
    tax: amount,
    commission: amount,
    commissionTax: amount,
  }),
  runs: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 12 }),
});
const sale = fc.record({
  sold: fc.array(soldItem, { minLength: 1, maxLength: 4 }),
  taxLiability: fc.constantFrom('marketplace' as const, 'vendor' as const),
  holdOverAfter: fc.nat(12),
  reservePpm: fc.nat(1_000_000),
});

/** All units of an item, in consecutive parts. */
function partsOf({ item, runs }: { item: ItemPart['item']; runs: readonly number[] }): ItemPart[] {
  const parts: ItemPart[] = [];
  let fromUnit = 0;
  for (const run of [...runs, item.quantity]) {
    const units = Math.min(run, item.quantity - fromUnit);
    if (units > 0) parts.push({ item, fromUnit, units });
    fromUnit += units;
  }
  return parts;
}

describe('always', () => {
  test('refunds of all units, by any split, reverse the capture account by account', () => {
    fc.assert(
      fc.property(sale, ({ sold, taxLiability, holdOverAfter, reservePpm }) => {
        const terms: SaleTerms = { ...holder, taxLiability };
        const ledger = capturePosting(amountsOf(sold.map(({ item }) => wholeItem(item))), terms);
        for (const [index, part] of sold.flatMap(partsOf).entries()) {
          if (index === holdOverAfter) {
            const { orderPending } = fundsOf(ledger, false);
            const reserve = mulPpm(orderPending, reservePpm);
            ledger.push(...holdOverPosting(holder, orderPending, reserve));
          }
          const funds = fundsOf(ledger, index >= holdOverAfter);
          ledger.push(...refundPosting(amountsOf([part]), terms, 'return', funds));
        }
        expect(sums(ledger)).toEqual({});
      }),
    );
  });

  test('captures of all units, by any split, come to the capture of the whole', () => {
    fc.assert(
      fc.property(sale, ({ sold, taxLiability }) => {
        const terms: SaleTerms = { ...holder, taxLiability };
        const whole = amountsOf(sold.map(({ item }) => wholeItem(item)));
        const parts = sold.flatMap(partsOf).map((part) => amountsOf([part]));
        const credits = parts.map((amounts) => vendorCreditOf(amounts, terms));
        expect(credits.reduce((sum, credit) => sum + credit, 0)).toBe(vendorCreditOf(whole, terms));
        const together = amountsOf(sold.flatMap(partsOf));
        expect(together).toEqual(whole);
        expect(amountsOf(sold.flatMap(partsOf).toReversed())).toEqual(whole);
      }),
    );
  });

  test('a posting sums to zero, has no zero entry and names an account once', () => {
    const policy = fc.constantFrom<CommissionPolicy>('return', 'keep');
    fc.assert(
      fc.property(sale, policy, ({ sold, taxLiability }, commission) => {
        const terms: SaleTerms = { ...holder, taxLiability };
        const funds = { ...noFunds, orderPending: 100, available: 50, reserve: 20 };
        for (const part of sold.flatMap(partsOf)) {
          const amounts = amountsOf([part]);
          for (const posting of [
            capturePosting(amounts, terms),
            refundPosting(amounts, terms, commission, funds),
          ]) {
            expect(balanced(posting)).toEqual(posting);
            const keys = posting.map((entry) => accountKey(entry.account));
            expect(new Set(keys).size).toBe(keys.length);
          }
        }
      }),
    );
  });

  test('no more is taken from a fund than it holds', () => {
    const funds = fc.record({
      orderPending: amount,
      holdOver: fc.boolean(),
      available: amount,
      reserve: amount,
      receivable: amount,
    });
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000, max: 4_000_000 }), funds, (cost, held) => {
        const taken = sums(settleWithVendor(cost, holder, held));
        expect(Object.values(taken).reduce((sum, part) => sum + part, 0)).toBe(cost);
        expect(taken['pending'] ?? 0).toBeLessThanOrEqual(held.orderPending);
        expect(taken['available'] ?? 0).toBeLessThanOrEqual(held.available);
        expect(taken['reserve'] ?? 0).toBeLessThanOrEqual(held.reserve);
        expect(-(taken['receivable'] ?? 0)).toBeLessThanOrEqual(held.receivable);
      }),
    );
  });
});

/** The vendor's funds after what was posted: credits are what it has, a receivable what it owes. */
function fundsOf(ledger: readonly Entry[], holdOver: boolean): VendorFunds {
  const {
    pending = 0,
    available = 0,
    reserve = 0,
    receivable = 0,
  } = sums(ledger) as Partial<Record<'pending' | 'available' | 'reserve' | 'receivable', number>>;
  return {
    orderPending: 0 - pending,
    holdOver,
    available: 0 - available,
    reserve: 0 - reserve,
    receivable,
  };
}
