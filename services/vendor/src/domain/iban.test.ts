import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseIban } from './iban.ts';

test.each([
  'GB82 WEST 1234 5698 7654 32',
  'DE89370400440532013000',
  'fr14 2004 1010 0505 0001 3m02 606',
  'PT50-0002-0123-1234-5678-9015-4',
  'NO93 8601 1117 947',
  'MT84 MALT 0110 0001 2345 MTLC AST0 01S',
])('%s is an IBAN', (given) => {
  expect(parseIban(given)).toBe(given.replaceAll(/[ -]/g, '').toUpperCase());
});

test.each([
  '',
  'GB82',
  'DE8937040044053201300',
  'XX89370400440532013000',
  'DE8937040044053201300é',
])('"%s" is none', (given) => {
  expect(parseIban(given)).toBeUndefined();
});

test('one wrong digit, or two that changed places, are found', () => {
  const iban = 'DE89370400440532013000';
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 21 }), fc.integer({ min: 1, max: 9 }), (at, add) => {
      const digit = String((Number(iban[at]) + add) % 10);
      expect(parseIban(iban.slice(0, at) + digit + iban.slice(at + 1))).toBeUndefined();
    }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 4, max: 20 }), (at) => {
      const swapped = iban.slice(0, at) + iban[at + 1] + iban[at] + iban.slice(at + 2);
      fc.pre(swapped !== iban);
      expect(parseIban(swapped)).toBeUndefined();
    }),
  );
});
