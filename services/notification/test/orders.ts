import { orderPlaced, type PayloadOf, type vendorApproved } from '@mkt/contracts';
import { newId, type VendorId } from '@mkt/kernel';

export function approval(
  vendorId: VendorId,
  contactEmail: string,
): PayloadOf<typeof vendorApproved> {
  return { vendorId, name: 'Kiln & Co', slug: 'kiln-and-co', country: 'PT', contactEmail };
}

/** An order of its own shopper with one line per named vendor. */
export function orderOf(
  lines: readonly { vendorId: VendorId; title: string; payableMinor: number }[],
): PayloadOf<typeof orderPlaced> {
  const order = orderPlaced.payload.parse(orderPlaced.sample) as PayloadOf<typeof orderPlaced>;
  const item = order.orders[0]!.items[0]!;
  const shopperId = newId<'User'>();
  const number = 'M-200042';
  return {
    ...order,
    ...{ groupId: newId(), number, shopperId, email: `${shopperId}@example.test` },
    orders: lines.map(({ vendorId, title, payableMinor }, at) => ({
      ...{ orderId: newId<'Order'>(), number: `${number}-${at + 1}`, vendorId, payableMinor },
      items: [{ ...item, lineId: newId<'OrderLine'>(), vendorId, title, payableMinor }],
    })),
    totalMinor: lines.reduce((total, line) => total + line.payableMinor, 0),
  };
}
