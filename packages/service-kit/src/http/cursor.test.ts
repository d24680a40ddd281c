import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { RefusalError } from '../faults.ts';
import { decodeCursor, encodeCursor, pageOf } from './cursor.ts';

const key = z.tuple([z.string(), z.int()]);

describe('a cursor', () => {
  test('comes back as the key it was made of', () => {
    expect(decodeCursor(encodeCursor(['Ä', 7]), key)).toEqual(['Ä', 7]);
  });

  test('that is missing is the beginning', () => {
    expect(decodeCursor(undefined, key)).toBeNull();
  });

  test.each(['', '???', 'bm90IGpzb24', encodeCursor(['a']), encodeCursor({ a: 1 })])(
    'that this listing did not give is the caller’s mistake: %j',
    (cursor) => {
      expect(() => decodeCursor(cursor, key)).toThrow(RefusalError);
    },
  );
});

describe('a page', () => {
  const as = { item: (row: number) => `#${row}`, key: (row: number) => row };

  test('leaves out the row beyond the limit and points at the last one shown', () => {
    expect(pageOf([1, 2, 3], 2, as)).toEqual({
      items: ['#1', '#2'],
      nextCursor: encodeCursor(2),
    });
  });

  test('that is the last one has no cursor', () => {
    expect(pageOf([1, 2], 2, as).nextCursor).toBeNull();
    expect(pageOf([], 2, as)).toEqual({ items: [], nextCursor: null });
  });
});
