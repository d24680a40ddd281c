import { slug as slugSchema } from '@mkt/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { slugFrom } from './slug.ts';

test.each([
  ['Kiln & Co', 'kiln-and-co'],
  ['  Ça va?! ', 'ca-va'],
  ['O’Brien’s Pots', 'obriens-pots'],
  ['陶器', undefined],
  ['X', undefined],
  ['Mine', undefined],
])('"%s" makes %s', (name, expected) => {
  expect(slugFrom(name)).toBe(expected);
});

test('whatever the name, a slug made of it is a valid one, with room for an ending', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 120 }), (name) => {
      const made = slugFrom(name);
      if (made === undefined) return;
      expect(slugSchema.safeParse(`${made}-abcdef`).success).toBe(true);
    }),
  );
});
