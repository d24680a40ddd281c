import { serviceNames } from '@mkt/topology';
import { expect, test } from 'vitest';
import { stopOrder } from './stop-order.ts';

test('nobody stops before those that call it, the gateway first and the guard last', () => {
  const order = stopOrder(serviceNames);
  expect(order[0]).toEqual(['gateway']);
  expect(order.at(-1)).toEqual(['guard']);
  const place = new Map(order.flatMap((group, at) => group.map((name) => [name, at] as const)));
  expect(place.size).toBe(serviceNames.length);
  const before = (
    caller: 'order' | 'cart' | 'search' | 'user',
    callee: typeof caller | 'payment',
  ) => (place.get(caller) ?? 0) < (place.get(callee) ?? 0);
  expect(before('order', 'payment')).toBe(true);
  expect(before('order', 'cart')).toBe(true);
});

test('a part of the services stops as well as all of them', () => {
  expect(stopOrder(['payment', 'order'])).toEqual([['order'], ['payment']]);
  expect(stopOrder([])).toEqual([]);
});
