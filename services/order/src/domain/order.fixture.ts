import type { FrozenItem } from '@mkt/contracts';
import { type Id, newId } from '@mkt/kernel';
import type { Order } from './order.ts';

export const placedAt = new Date('2026-11-01T10:00:00.000Z');

/** An item that costs `payableMinor`; everything else about it is plain. */
export function itemOf(of: {
  kind?: 'line' | 'shipping';
  quantity: number;
  payableMinor: number;
}): FrozenItem {
  const { kind = 'line', quantity, payableMinor } = of;
  const goods = kind === 'line';
  return {
    itemId: newId(),
    lineId: newId(),
    kind,
    vendorId: newId(),
    productId: goods ? newId() : null,
    variantId: goods ? newId() : null,
    sku: null,
    title: 'Mug',
    variantTitle: null,
    imageSrc: null,
    grams: 1,
    requiresShipping: goods,
    quantity,
    unitAmountMinor: 0,
    baseMinor: payableMinor,
    discountMinor: 0,
    vendorFundedMinor: 0,
    marketplaceFundedMinor: 0,
    netMinor: payableMinor,
    taxMinor: 0,
    taxRatePpm: 0,
    taxCategory: 'standard',
    payableMinor,
    coupons: [],
    commissionBaseMinor: payableMinor,
    commissionMinor: 0,
    commissionTaxMinor: 0,
  };
}

/** A placed order of these items. */
export function orderOf(items: readonly FrozenItem[]): Order {
  return {
    orderId: newId(),
    groupId: newId(),
    number: 'M-100042-1',
    vendorId: newId(),
    shopperId: newId(),
    email: 'ada@example.test',
    shippingAddress: {
      name: 'Ada',
      line1: 'Rua 4',
      city: 'Porto',
      postalCode: '4000',
      country: 'PT',
    },
    currency: 'EUR' as Order['currency'],
    payableMinor: items.reduce((sum, item) => sum + item.payableMinor, 0),
    status: 'placed',
    placedAt,
    deliveredAt: null,
    completedAt: null,
    version: 1,
    lines: items.map((item) => ({ item, runs: [], deliveredUnits: 0, returnedUnits: 0 })),
    shipments: [],
    movements: [],
    timeline: [],
  };
}

/** The order after all its movements of money were carried out. */
export function settled(order: Order): Order {
  return {
    ...order,
    movements: order.movements.map((movement) => ({ ...movement, state: 'done' as const })),
  };
}

export const lineIdAt = (order: Order, index: number): Id<'OrderLine'> =>
  (order.lines[index] as Order['lines'][number]).item.lineId;
