import type { Order, OrderLine } from '../operations/shapes.ts';
import { amount, moment } from './format.ts';
import type { Column } from './table.ts';

export function orderProperties(order: Order): [string, string][] {
  const { shippingAddress: to } = order;
  return [
    ['Number', order.number],
    ['Id', order.orderId],
    ['Status', order.status],
    ['Placed', moment(order.placedAt)],
    ['Due', moment(order.dueAt)],
    ['To', `${to.name}, ${to.line1}, ${to.postalCode} ${to.city}, ${to.country}`],
    ['Payable', amount(order.payable)],
    ['Captured', `${amount(order.captured)} (${order.captureState})`],
    ['Voided', amount(order.voided)],
    ['Refunded', amount(order.refunded)],
  ];
}

export const orderLineColumns: readonly Column<OrderLine>[] = [
  { title: 'LINE', value: ({ lineId }) => lineId },
  { title: 'ITEM', value: itemOf, flexible: true },
  { title: 'UNITS', value: ({ quantity }) => quantity, align: 'right' },
  { title: 'STATE', value: stateOf },
  { title: 'DISCOUNT', value: ({ price }) => amount(price.discount), align: 'right' },
  { title: 'TAX', value: ({ price }) => amount(price.tax), align: 'right' },
  { title: 'PAYABLE', value: ({ price }) => amount(price.payable), align: 'right' },
];

function itemOf({ title, variantTitle }: OrderLine): string {
  return variantTitle === null ? title : `${title} (${variantTitle})`;
}

/** Where the units of a line are: `1 shipped, 2 free`. */
function stateOf({ units }: OrderLine): string {
  const { shipped, delivered, cancelled, returned, free } = units;
  const underWay = shipped - delivered;
  const parts = Object.entries({ free, shipped: underWay, delivered, cancelled, returned });
  return parts
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}
