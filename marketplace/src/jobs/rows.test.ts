import { expect, test } from 'vitest';
import { differences, readDumpRows } from './rows.ts';

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

const written = 'dumped_at\t2026-11-28T03:17:05Z\norder.lines\t12\nproduct.media\t0\n';

test('a dump says of itself when it was made, and how many rows each table had', () => {
  expect(readDumpRows(written)).toEqual({
    dumpedAt: new Date('2026-11-28T03:17:05Z'),
    rows: new Map([
      ['order.lines', 12],
      ['product.media', 0],
    ]),
  });
});

test.each([
  ['nothing', ''],
  ['no time', 'order.lines\t12\n'],
  ['no moment that there was', 'dumped_at\tyesterday\norder.lines\t12\n'],
  ['no table', 'dumped_at\t2026-11-28T03:17:05Z\n'],
  ['half a line', 'dumped_at\t2026-11-28T03:17:05Z\norder.lines'],
  ['no number', 'dumped_at\t2026-11-28T03:17:05Z\norder.lines\tmany\n'],
])('one that says %s says nothing', (_, text) => {
  expect(readDumpRows(text)).toBeUndefined();
});
