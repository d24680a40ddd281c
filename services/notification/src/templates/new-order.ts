import type { Address, FrozenItem } from '@mkt/contracts';
import { type CurrencyCode, formatMoney, money } from '@mkt/kernel';
import { letter, type Rendered } from './layout.ts';
import { itemRows } from './order-lines.ts';

/** One vendor's part of an order: the other vendors' parts are not in the data. */
export interface VendorOrder {
  readonly number: string;
  readonly items: readonly FrozenItem[];
  readonly payableMinor: number;
  readonly currency: CurrencyCode;
  readonly shippingAddress: Address;
}

export function newOrder(order: VendorOrder): Rendered {
  const { number, items, payableMinor, currency, shippingAddress: to } = order;
  return letter(`New order ${number}`, [
    `Order ${number} is paid for and waits to be shipped.`,
    { rows: itemRows(items, currency) },
    `Total: ${formatMoney(money(payableMinor, currency))}`,
    `It goes to ${to.city}, ${to.country}; the whole address is in your vendor portal.`,
  ]);
}
