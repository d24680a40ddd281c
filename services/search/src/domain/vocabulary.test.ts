import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EditDistance, hasAtMost, letterMask } from './fuzzy.ts';
import { Vocabulary } from './vocabulary.ts';

describe('edit distance', () => {
  const distance = new EditDistance();
  test.each([
    ['mug', 'mug', 0],
    ['mgu', 'mug', 1],
    ['umg', 'mug', 1],
    ['shrit', 'shirt', 1],
    ['ceramc', 'ceramic', 1],
    ['cermaci', 'ceramic', 2],
    ['lamp', 'lampp', 1],
    ['', 'ab', 2],
    ['abcd', 'wxyz', 3],
  ])('from %s to %s is %i, counted up to two', (typed, term, expected) => {
    expect(distance.between(typed, term, 2)).toBe(expected);
  });

  test('of a beginning ignores how the term goes on', () => {
    expect(distance.between('stonw', 'stoneware', 2, true)).toBe(1);
    expect(distance.between('stone', 'stoneware', 2, true)).toBe(0);
    expect(distance.between('xyzzy', 'stoneware', 1, true)).toBe(2);
  });

  test('agrees with the definition written as a recursion', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 7 });
    fc.assert(
      fc.property(word, word, fc.constantFrom(1, 2), (a, b, max) => {
        const exact = recursive(a, b);
        expect(distance.between(a, b, max)).toBe(Math.min(exact, max + 1));
        if (exact > max) return;
        // What the letter mask rules out must be out of reach.
        expect(hasAtMost(2, letterMask(a) & ~letterMask(b))).toBe(true);
      }),
      { seed: 20264 },
    );
  });
});

function recursive(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const [restA, restB] = [a.slice(0, -1), b.slice(0, -1)];
  const isSame = a.at(-1) === b.at(-1);
  const least = Math.min(
    recursive(restA, restB) + (isSame ? 0 : 1),
    ...(isSame ? [] : [recursive(restA, b) + 1, recursive(a, restB) + 1]),
  );
  const isSwapped = a.length > 1 && b.length > 1 && a.at(-1) === b.at(-2) && a.at(-2) === b.at(-1);
  return isSwapped ? Math.min(least, recursive(a.slice(0, -2), b.slice(0, -2)) + 1) : least;
}

describe('vocabulary', () => {
  const of = (...terms: string[]) => {
    const vocabulary = new Vocabulary();
    for (const term of terms) vocabulary.intern(term);
    return vocabulary;
  };
  const names = (vocabulary: Vocabulary, ids: readonly number[]) =>
    ids.map((id) => vocabulary.terms[id]);
  const near = (vocabulary: Vocabulary, typed: string) => {
    const ids = vocabulary.near(typed).map(({ id }) => id);
    return new Set(names(vocabulary, ids));
  };

  test('finds terms by their beginning, in order', () => {
    const vocabulary = of('mug', 'lamp', 'muslin', 'mu', 'music');
    expect(names(vocabulary, vocabulary.startingWith('mus'))).toEqual(['music', 'muslin']);
    vocabulary.intern('museum');
    expect(names(vocabulary, vocabulary.startingWith('mus'))).toEqual([
      'museum',
      'music',
      'muslin',
    ]);
    expect(vocabulary.startingWith('zz')).toEqual([]);
  });

  test('allows short words one error that keeps the first letter, or a swap', () => {
    const vocabulary = of('mug', 'rug', 'bug', 'mud', 'gum');
    expect(near(vocabulary, 'mgu')).toEqual(new Set(['mug']));
    expect(near(vocabulary, 'umg')).toEqual(new Set(['mug']));
    expect(near(vocabulary, 'mub')).toEqual(new Set(['mud', 'mug']));
    expect(near(vocabulary, 'mu')).toEqual(new Set([]));
  });

  test('allows longer words two errors anywhere', () => {
    const vocabulary = of('ceramic', 'stoneware', 'shirt');
    expect(near(vocabulary, 'keramik')).toEqual(new Set(['ceramic']));
    expect(near(vocabulary, 'tshirt')).toEqual(new Set(['shirt']));
    expect(near(vocabulary, 'stnewrae')).toEqual(new Set(['stoneware']));
    expect(near(vocabulary, 'shirt')).toEqual(new Set([]));
  });

  test('forgets what is released and uses its numbers again', () => {
    const vocabulary = of('mug', 'mugs');
    const id = vocabulary.find('mug');
    vocabulary.release(id);
    expect(vocabulary.find('mug')).toBe(-1);
    expect(names(vocabulary, vocabulary.startingWith('mu'))).toEqual(['mugs']);
    expect(vocabulary.intern('bowl')).toBe(id);
    expect(names(vocabulary, vocabulary.startingWith(''))).toEqual(['bowl', 'mugs']);
    expect(vocabulary.size).toBe(2);
  });

  test('does not grow while words come and go without a search', () => {
    const vocabulary = of('kept');
    for (let round = 0; round < 20_000; round += 1) {
      vocabulary.release(vocabulary.intern(`word${round}`));
    }
    expect(vocabulary.size).toBe(1);
    expect(vocabulary.terms.length).toBeLessThan(3_000);
  });
});
