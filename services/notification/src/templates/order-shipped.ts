import type { orderShipped as contract, PayloadOf } from '@mkt/contracts';
import { letter, type Rendered } from './layout.ts';

export function orderShipped(order: PayloadOf<typeof contract>): Rendered {
  const { number, lines, carrier, trackingNumber, trackingUrl } = order;
  const tracking = `${carrier}, tracking number ${trackingNumber}`;
  return letter(`Your order ${number} is on its way`, [
    `A parcel of your order ${number} has been sent.`,
    { rows: lines.map(({ quantity, title }) => [`${quantity} ×`, title]) },
    trackingUrl ? `${tracking}\n${trackingUrl}` : tracking,
  ]);
}
