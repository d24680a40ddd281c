import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CURRENCY_CODES, type CurrencyCode, exponentOf, isCurrency } from './currency.ts';
import * as Money from './money.ts';

fc.configureGlobal({ seed: 20_260_101 });

const currency = fc.constantFrom(...CURRENCY_CODES);
const amount = fc.maxSafeInteger();

describe('text', () => {
  test.each([
    [1234, 'EUR', '12.34 EUR'],
    [-5, 'EUR', '-0.05 EUR'],
    [1234, 'JPY', '1234 JPY'],
    [5, 'KWD', '0.005 KWD'],
    [0, 'USD', '0.00 USD'],
    [12345, 'CLF', '1.2345 CLF'],
  ] as const)('%d of %s is written %s', (amountMinor, code, text) => {
    expect(Money.formatMoney(Money.money(amountMinor, code))).toBe(text);
  });

  test('what is written is read back, in every currency', () => {
    fc.assert(
      fc.property(amount, currency, (amountMinor, code) => {
        const written = Money.money(amountMinor, code);
        const read = Money.parseDecimal(Money.formatDecimal(written), code);
        expect(read).toEqual({ ok: true, value: written });
      }),
    );
  });

  test('fewer decimals than the currency has are filled up', () => {
    expect(Money.parseDecimal('12.3', 'EUR')).toEqual({
      ok: true,
      value: { amountMinor: 1230, currency: 'EUR' },
    });
    expect(Money.parseDecimal('-0', 'EUR')).toEqual({
      ok: true,
      value: { amountMinor: 0, currency: 'EUR' },
    });
  });

  test.each([
    ['12.345', 'EUR', 'MONEY_TOO_MANY_DECIMALS'],
    ['1.0', 'JPY', 'MONEY_TOO_MANY_DECIMALS'],
    ['90071992547409.92', 'EUR', 'MONEY_OUT_OF_RANGE'],
    ['1e3', 'EUR', 'MONEY_MALFORMED'],
    ['1,000.00', 'EUR', 'MONEY_MALFORMED'],
    ['.5', 'EUR', 'MONEY_MALFORMED'],
    ['', 'EUR', 'MONEY_MALFORMED'],
  ] as const)('“%s” in %s is refused with %s', (text, code, refusal) => {
    expect(Money.parseDecimal(text, code)).toMatchObject({ ok: false, error: { code: refusal } });
  });
});

describe('arithmetic', () => {
  const euro = (amountMinor: number) => Money.money(amountMinor, 'EUR');

  test('subtracting undoes adding', () => {
    const small = fc.integer();
    fc.assert(
      fc.property(small, small, (a, b) => {
        expect(Money.subtract(Money.add(euro(a), euro(b)), euro(b))).toEqual(euro(a));
        expect(Money.isZero(Money.add(euro(a), Money.negate(euro(a))))).toBe(true);
        expect(Money.compare(euro(a), euro(b))).toBe(Math.sign(a - b));
      }),
    );
  });

  test('a sum does not depend on the order, and nothing sums to zero', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { maxLength: 20 }), (amounts) => {
        const forward = Money.sum(amounts.map(euro), 'EUR');
        expect(Money.sum(amounts.toReversed().map(euro), 'EUR')).toEqual(forward);
      }),
    );
    expect(Money.sum([], 'KWD')).toEqual(Money.money(0, 'KWD'));
  });

  test('currencies do not mix', () => {
    expect(() => Money.add(euro(1), Money.money(1, 'USD'))).toThrow('EUR and USD do not mix');
    expect(() => Money.compare(euro(1), Money.money(1, 'USD'))).toThrow('do not mix');
  });

  test('amounts are exact whole numbers, and zero has no sign', () => {
    expect(() => euro(0.1)).toThrow('Not an exact amount');
    expect(() => Money.add(euro(Number.MAX_SAFE_INTEGER), euro(1))).toThrow('Not an exact amount');
    expect(Object.is(Money.negate(euro(0)).amountMinor, 0)).toBe(true);
  });
});

describe('currencies', () => {
  test('the exponents are those of ISO 4217', () => {
    expect(['JPY', 'EUR', 'KWD', 'CLF'].map((c) => exponentOf(c as CurrencyCode))).toEqual([
      0, 2, 3, 4,
    ]);
    expect(new Set(CURRENCY_CODES).size).toBe(CURRENCY_CODES.length);
  });

  test('other text is no currency', () => {
    expect(isCurrency('EUR')).toBe(true);
    expect(isCurrency('eur')).toBe(false);
    expect(isCurrency('XXX')).toBe(false);
    expect(isCurrency(978)).toBe(false);
  });
});
