import { describe, expect, test } from 'vitest';
import { accountKey, accountsOf, balanced, type Entry, transfer } from './accounts.ts';
import { NO_AMOUNTS } from './parts.ts';
import {
  authorizationPosting,
  capturePosting,
  holdOverPosting,
  nettingPosting,
  payoutPaidPosting,
  payoutReturnedPosting,
  payoutStartedPosting,
  providerFeePosting,
  reserveReleasePosting,
  vendorCreditOf,
} from './postings.ts';

const holder = { vendorId: 'v1', currency: 'EUR' } as const;
const asText = (entries: readonly Entry[]) =>
  entries.map((entry) => `${accountKey(entry.account)} ${entry.amountMinor}`);

describe('a capture', () => {
  const amounts = {
    payable: 1190,
    marketplaceFunded: 50,
    tax: 190,
    commission: 100,
    commissionTax: 19,
  };

  test('leaves the vendor the rest, on hold, where the marketplace owes the tax', () => {
    const terms = { ...holder, taxLiability: 'marketplace' } as const;
    expect(asText(capturePosting(amounts, terms))).toEqual([
      'platform:clearing:EUR 1190',
      'platform:promotions:EUR 50',
      'platform:taxPayable:EUR -190',
      'platform:commission:EUR -100',
      'platform:commissionTax:EUR -19',
      'vendor:v1:pending:EUR -931',
    ]);
    expect(vendorCreditOf(amounts, terms)).toBe(931);
  });

  test('passes the tax on to a vendor that owes it', () => {
    const terms = { ...holder, taxLiability: 'vendor' } as const;
    expect(vendorCreditOf(amounts, terms)).toBe(1121);
    expect(asText(capturePosting(amounts, terms))).not.toContain('platform:taxPayable:EUR -190');
  });

  test('of which the fees exceed the rest is owed by the vendor', () => {
    const terms = { ...holder, taxLiability: 'vendor' } as const;
    const eaten = { ...NO_AMOUNTS, payable: 100, commission: 100, commissionTax: 19 };
    expect(asText(capturePosting(eaten, terms))).toContain('vendor:v1:receivable:EUR 19');
  });

  test('of nothing is no transaction', () => {
    expect(capturePosting(NO_AMOUNTS, { ...holder, taxLiability: 'vendor' })).toEqual([]);
  });

  test('is foreseen by the authorization', () => {
    const terms = { ...holder, taxLiability: 'marketplace' } as const;
    expect(authorizationPosting(amounts, terms)).toEqual(capturePosting(amounts, terms));
  });
});

describe('the way of the money to the vendor', () => {
  test('the end of a hold makes it available, except the reserve', () => {
    expect(asText(holdOverPosting(holder, 1000, 100))).toEqual([
      'vendor:v1:pending:EUR 1000',
      'vendor:v1:available:EUR -900',
      'vendor:v1:reserve:EUR -100',
    ]);
    expect(() => holdOverPosting(holder, 100, 101)).toThrow('part of what was pending');
  });

  test('a released reserve becomes available', () => {
    expect(asText(reserveReleasePosting(holder, 100))).toEqual([
      'vendor:v1:reserve:EUR 100',
      'vendor:v1:available:EUR -100',
    ]);
  });

  test.each([
    [500, 200, 200],
    [100, 200, 100],
  ])('of %d available, %d owed are netted as %d', (available, owed, netted) => {
    expect(asText(nettingPosting(holder, available, owed))).toEqual([
      `vendor:v1:available:EUR ${netted}`,
      `vendor:v1:receivable:EUR ${-netted}`,
    ]);
  });

  test('nothing owed, nothing available: nothing netted', () => {
    expect(nettingPosting(holder, 500, 0)).toEqual([]);
    expect(nettingPosting(holder, 0, 500)).toEqual([]);
  });

  test('a payout travels from available through inTransit out of clearing', () => {
    expect(asText(payoutStartedPosting(holder, 900))).toEqual([
      'vendor:v1:available:EUR 900',
      'vendor:v1:inTransit:EUR -900',
    ]);
    expect(asText(payoutPaidPosting(holder, 900))).toEqual([
      'vendor:v1:inTransit:EUR 900',
      'platform:clearing:EUR -900',
    ]);
  });

  test('a returned payout is available again, from wherever it was', () => {
    expect(asText(payoutReturnedPosting(holder, 900, 'inTransit'))).toEqual([
      'vendor:v1:inTransit:EUR 900',
      'vendor:v1:available:EUR -900',
    ]);
    expect(asText(payoutReturnedPosting(holder, 900, 'paid'))).toEqual([
      'platform:clearing:EUR 900',
      'vendor:v1:available:EUR -900',
    ]);
  });

  test("a provider's fee leaves clearing", () => {
    expect(asText(providerFeePosting(29, 'EUR'))).toEqual([
      'platform:fees:EUR 29',
      'platform:clearing:EUR -29',
    ]);
  });
});

describe('entries', () => {
  const clearing = accountsOf('EUR').platform('clearing');

  test('off balance are a bug', () => {
    expect(() => balanced([{ account: clearing, amountMinor: 1 }])).toThrow('off balance by 1');
  });

  test('of two currencies are a bug', () => {
    const yen = accountsOf('JPY').platform('clearing');
    expect(() => transfer(1, clearing, yen)).toThrow('one currency');
  });

  test('move no negative and no fractional amount', () => {
    const fees = accountsOf('EUR').platform('fees');
    expect(() => transfer(-1, clearing, fees)).toThrow('Not an amount to move');
    expect(() => transfer(0.5, clearing, fees)).toThrow('Not an amount to move');
  });
});
