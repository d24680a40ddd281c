import { describe, expect, test } from 'vitest';
import { LIMITS } from './limits.ts';
import { fold, stem, words } from './tokenise.ts';

describe('words', () => {
  test.each([
    ['Crème Brûlée', ['creme', 'brulee']],
    ['ﬁne Straße, Øre & Łódź', ['fine', 'strasse', 'ore', 'lodz']],
    ['T-Shirt (XL) 100%', ['t', 'shirt', 'xl', '100']],
    ["Women’s and men's", ['women', 'and', 'men']],
    ['Ｆｕｌｌ①', ['full1']],
    ['Ваза 花瓶', ['ваза', '花瓶']],
    ['—— \u0000 !!', []],
    ['', []],
  ])('of %j are %j', (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  test('are the same composed and decomposed', () => {
    expect(words('café')).toEqual(words('cafe\u0301'));
  });

  test('are clipped, and no more than asked for', () => {
    expect(words('x'.repeat(100))).toEqual(['x'.repeat(LIMITS.termLength)]);
    expect(words('a b c d', 2)).toEqual(['a', 'b']);
  });

  test('survive halves of surrogate pairs', () => {
    expect(words('mug \ud800 bowl')).toEqual(['mug', 'bowl']);
  });
});

describe('stem', () => {
  test.each([
    ['mugs', 'mug'],
    ['dishes', 'dish'],
    ['boxes', 'box'],
    ['dresses', 'dress'],
    ['vases', 'vase'],
    ['berries', 'berry'],
    ['potatoes', 'potato'],
    ['shoes', 'shoe'],
    ['knives', 'knife'],
    ['women', 'woman'],
    ['children', 'child'],
  ])('of the plural %s is that of the singular %s', (plural, singular) => {
    expect(stem(plural)).toBe(stem(singular));
  });

  test.each(['glass', 'cactus', 'basis', 'gas', 'oak', 's', ''])('leaves %j alone', (word) => {
    expect(stem(word)).toBe(word);
  });
});

test('folding twice changes nothing more', () => {
  for (const text of ['ÀÉÎ', 'ẞ', 'İstanbul', 'ﬀ']) expect(fold(fold(text))).toBe(fold(text));
});
