import { expect, test } from 'vitest';
import { differences } from './rows.ts';

test('a copy with the same rows has no differences', () => {
  const rows = new Map([['order.lines', 3]]);
  expect(differences(rows, new Map(rows))).toEqual([]);
});

test('every table that is missing, new or of another length is named', () => {
  const original = new Map([
    ['a.gone', 1],
    ['a.less', 2],
    ['a.same', 3],
  ]);
  const copy = new Map([
    ['a.less', 1],
    ['a.same', 3],
    ['b.new', 0],
  ]);
  expect(differences(original, copy)).toEqual([
    'a.gone: 1 rows dumped, no table restored',
    'a.less: 2 rows dumped, 1 restored',
    'b.new: no table rows dumped, 0 restored',
  ]);
});
