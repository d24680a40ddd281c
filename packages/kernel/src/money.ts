import { assert } from './assert.ts';
import { type CurrencyCode, exponentOf, isCurrency } from './currency.ts';
import { ok, type Refusal, type Result, refuse } from './result.ts';

/** An exact amount in minor units of one currency. May be negative. */
export interface Money {
  readonly amountMinor: number;
  readonly currency: CurrencyCode;
}

export function money(amountMinor: number, currency: CurrencyCode): Money {
  assert(Number.isSafeInteger(amountMinor), `Not an exact amount: ${amountMinor}`);
  assert(isCurrency(currency), `Not a currency: ${String(currency)}`);
  // There is no negative zero in money.
  return { amountMinor: amountMinor === 0 ? 0 : amountMinor, currency };
}

export function add(a: Money, b: Money): Money {
  assertSameCurrency(a, b);
  return money(a.amountMinor + b.amountMinor, a.currency);
}

export function subtract(a: Money, b: Money): Money {
  assertSameCurrency(a, b);
  return money(a.amountMinor - b.amountMinor, a.currency);
}

export function negate(m: Money): Money {
  return money(-m.amountMinor, m.currency);
}

/** The currency is an argument, because an empty list has a sum too. */
export function sum(amounts: Iterable<Money>, currency: CurrencyCode): Money {
  let total = money(0, currency);
  for (const amount of amounts) total = add(total, amount);
  return total;
}

export function isZero(m: Money): boolean {
  return m.amountMinor === 0;
}

/** Negative when `a` is less than `b`, zero when equal, positive when greater. */
export function compare(a: Money, b: Money): number {
  assertSameCurrency(a, b);
  return Math.sign(a.amountMinor - b.amountMinor);
}

/** Locale-free text for logs, files and terminals: `12.34 EUR`, `1234 JPY`, `-0.005 KWD`. */
export function formatMoney(m: Money): string {
  return `${formatDecimal(m)} ${m.currency}`;
}

/** The decimal number alone, as `parseDecimal` reads it. */
export function formatDecimal(m: Money): string {
  const exponent = exponentOf(m.currency);
  const digits = Math.abs(m.amountMinor)
    .toString()
    .padStart(exponent + 1, '0');
  const sign = m.amountMinor < 0 ? '-' : '';
  if (exponent === 0) return sign + digits;
  return `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

/** Reads `12.34` without passing through a float. Fewer decimals than the currency has are fine. */
export function parseDecimal(text: string, currency: CurrencyCode): Result<Money, Refusal> {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text.trim());
  if (match === null) {
    return refuse('MONEY_MALFORMED', `“${text}” is not a decimal number such as 12.34.`);
  }
  const [, sign = '', whole = '', decimals = ''] = match;
  const exponent = exponentOf(currency);
  if (decimals.length > exponent) {
    return refuse('MONEY_TOO_MANY_DECIMALS', `${currency} has ${exponent} decimals.`, { exponent });
  }
  const amountMinor = Number(sign + whole + decimals.padEnd(exponent, '0'));
  if (!Number.isSafeInteger(amountMinor)) {
    return refuse('MONEY_OUT_OF_RANGE', `“${text}” is too large an amount.`);
  }
  return ok(money(amountMinor, currency));
}

function assertSameCurrency(a: Money, b: Money): void {
  assert(a.currency === b.currency, `${a.currency} and ${b.currency} do not mix`);
}
