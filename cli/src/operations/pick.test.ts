import { expect, it } from 'vitest';
import { lineOf, pickerOf } from './pick.ts';

const answer = {
  total: 2,
  items: [
    { slug: 'kiln', tags: ['a', 'b'], price: { amountMinor: 2400 } },
    { slug: 'oxbow', tags: [], price: { amountMinor: 5200 } },
  ],
};

it.each<[string, readonly unknown[]]>([
  ['total', [2]],
  ['.total', [2]],
  ['items[].slug', ['kiln', 'oxbow']],
  ['items[0].slug', ['kiln']],
  ['items[1].price.amountMinor', [5200]],
  ['items[slug=oxbow].price.amountMinor', [5200]],
  ['items[slug=oxbow][0].price', [{ amountMinor: 5200 }]],
  ['items[].tags[]', ['a', 'b']],
  ['items[slug=kiln]', [answer.items[0]]],
  ['items[]', answer.items],
])('%s is %j', (path, values) => {
  expect(pickerOf(path)(answer)).toEqual(values);
});

it.each(['gone', 'items[2].slug', 'items[slug=none].slug', 'total.deeper', 'items[1].tags[]'])(
  '%s is not there, which is an error',
  (path) => {
    expect(() => pickerOf(path)(answer)).toThrow(`The answer has no ${path}.`);
  },
);

it.each(['items[', 'items[x]', 'a b', '[=1]', '..a'])('%s is no path', (path) => {
  expect(() => pickerOf(path)).toThrow(/does not name a part/);
});

it('writes texts as they are, and the rest as JSON', () => {
  expect(['kiln', 12, null, { a: 1 }].map(lineOf)).toEqual(['kiln', '12', 'null', '{"a":1}']);
});
