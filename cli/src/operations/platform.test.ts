import { expect, it } from 'vitest';
import { usageBy } from './platform.ts';

const rows = [
  { service: 'order', meter: 'statements', vendorId: null, amount: 5 },
  { service: 'order', meter: 'statements', vendorId: 'v1', amount: 7 },
  { service: 'cart', meter: 'statements', vendorId: null, amount: 30 },
  { service: 'cart', meter: 'requests', vendorId: null, amount: 2 },
];

it('sums the use of a service over its vendors, the largest first', () => {
  expect(usageBy('service', rows)).toEqual([
    { name: 'cart', meter: 'requests', used: 2 },
    { name: 'cart', meter: 'statements', used: 30 },
    { name: 'order', meter: 'statements', used: 12 },
  ]);
});

it('sums the use of a vendor over the services; the rest is the platform’s', () => {
  expect(usageBy('vendor', rows)).toEqual([
    { name: 'platform', meter: 'requests', used: 2 },
    { name: 'platform', meter: 'statements', used: 35 },
    { name: 'v1', meter: 'statements', used: 7 },
  ]);
});
