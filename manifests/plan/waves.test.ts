import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rank } from './waves.ts';

const names = ['a', 'b', 'c', 'd', 'e', 'f'];

describe('ranks', () => {
  test('count the longest chain of needs', () => {
    const needs = [
      { from: 'a', to: 'b' },
      { from: 'b', to: 'c' },
      { from: 'a', to: 'c' },
    ];
    const ranking = rank(['a', 'b', 'c'], needs);
    expect(ranking).toEqual({ ok: true, rankOf: new Map(Object.entries({ c: 0, b: 1, a: 2 })) });
  });

  test('of whatever is needed are smaller, for any needs without a circle', () => {
    const pair = fc.tuple(fc.nat(names.length - 1), fc.nat(names.length - 1));
    fc.assert(
      fc.property(fc.array(pair), (pairs) => {
        const needs = pairs
          .filter(([from, to]) => from < to)
          .map(([from, to]) => ({ from: names[from] ?? '', to: names[to] ?? '' }));
        const ranking = rank(names, needs);
        if (!ranking.ok) throw new Error('there is no circle');
        for (const { from, to } of needs) {
          expect(ranking.rankOf.get(to)).toBeLessThan(ranking.rankOf.get(from) ?? -1);
        }
      }),
    );
  });

  test('are refused for a circle, which is named', () => {
    const needs = ['ab', 'bc', 'ca'].map(([from = '', to = '']) => ({ from, to }));
    expect(rank(['a', 'b', 'c'], needs)).toEqual({ ok: false, cycle: ['a', 'b', 'c', 'a'] });
  });
});
