import type { orderPlaced, PayloadOf } from '@mkt/contracts';
import { formatMoney, money } from '@mkt/kernel';
import { type Block, letter, type Rendered } from './layout.ts';
import { itemRows } from './order-lines.ts';

/** To the shopper: everything that was bought, parcel by parcel. */
export function orderConfirmation(order: PayloadOf<typeof orderPlaced>): Rendered {
  const { number, shippingAddress: to, currency, orders, totalMinor } = order;
  const parcels = orders.flatMap((part): Block[] => [
    `Order ${part.number}`,
    { rows: itemRows(part.items, currency) },
  ]);
  return letter(`Your order ${number}`, [
    `Thank you for your order ${number}. Each vendor sends its own parcel.`,
    ...parcels,
    `Total: ${formatMoney(money(totalMinor, currency))}`,
    ['It goes to:', to.name, to.line1, to.line2, `${to.postalCode} ${to.city}`, to.country]
      .filter((line) => line !== undefined)
      .join('\n'),
  ]);
}
