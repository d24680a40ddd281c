import type { CurrencyCode, Money } from '@mkt/kernel';
import {
  dueAtOf,
  freeUnits,
  type MovementKind,
  movedMinor,
  type Order,
  type OrderLine,
  unitsTaken,
} from '../domain/order.ts';
import type { OrderView } from './schemas.ts';

/** Who looks: commission is not for shoppers. */
export type Viewer = 'shopper' | 'vendor' | 'operator';

export function amount(amountMinor: number, currency: CurrencyCode): Money {
  return { amountMinor, currency };
}

export function viewOrder(order: Order, viewer: Viewer): OrderView {
  const money = (amountMinor: number) => amount(amountMinor, order.currency);
  const moved = (kind: MovementKind) => money(movedMinor(order, kind));
  return {
    orderId: order.orderId,
    groupId: order.groupId,
    number: order.number,
    vendorId: order.vendorId,
    status: order.status,
    version: order.version,
    placedAt: order.placedAt.toISOString(),
    deliveredAt: order.deliveredAt?.toISOString() ?? null,
    completedAt: order.completedAt?.toISOString() ?? null,
    dueAt: dueAtOf(order)?.toISOString() ?? null,
    shippingAddress: order.shippingAddress,
    payable: money(order.payableMinor),
    captured: moved('capture'),
    voided: moved('void'),
    refunded: moved('refund'),
    captureState: captureStateOf(order),
    lines: order.lines.map((line) => viewLine(line, order.currency, viewer)),
    shipments: order.shipments.map(({ shippedAt, deliveredAt, ...shipment }) => ({
      ...shipment,
      lines: [...shipment.lines],
      shippedAt: shippedAt.toISOString(),
      deliveredAt: deliveredAt?.toISOString() ?? null,
    })),
    movements: order.movements.map(({ amountMinor, items: _, createdAt, ...movement }) => ({
      ...movement,
      amount: money(amountMinor),
      createdAt: createdAt.toISOString(),
    })),
    timeline: order.timeline.map(({ at, ...entry }) => ({ ...entry, at: at.toISOString() })),
  };
}

function viewLine({ item, ...line }: OrderLine, currency: CurrencyCode, viewer: Viewer) {
  const money = (amountMinor: number) => amount(amountMinor, currency);
  const whole = { item, ...line };
  return {
    lineId: item.lineId,
    kind: item.kind,
    productId: item.productId,
    variantId: item.variantId,
    sku: item.sku,
    title: item.title,
    variantTitle: item.variantTitle,
    imageSrc: item.imageSrc,
    requiresShipping: item.requiresShipping,
    quantity: item.quantity,
    units: {
      free: freeUnits(whole),
      shipped: unitsTaken(whole, 'shipped'),
      delivered: line.deliveredUnits,
      cancelled: unitsTaken(whole, 'cancelled'),
      returned: line.returnedUnits,
    },
    price: {
      unitPrice: money(item.unitAmountMinor),
      base: money(item.baseMinor),
      discount: money(item.discountMinor),
      vendorFunded: money(item.vendorFundedMinor),
      marketplaceFunded: money(item.marketplaceFundedMinor),
      coupons: item.coupons.map((coupon) => ({
        code: coupon.code,
        discount: money(coupon.discountMinor),
        vendorFunded: money(coupon.vendorFundedMinor),
      })),
      net: money(item.netMinor),
      tax: money(item.taxMinor),
      taxRatePpm: item.taxRatePpm,
      taxCategory: item.taxCategory,
      payable: money(item.payableMinor),
      commission:
        viewer === 'shopper'
          ? null
          : {
              base: money(item.commissionBaseMinor),
              amount: money(item.commissionMinor),
              tax: money(item.commissionTaxMinor),
            },
    },
  };
}

/** What needs attention comes before what is only under way. */
function captureStateOf(order: Order): OrderView['captureState'] {
  const states = order.movements.filter(({ kind }) => kind === 'capture').map(({ state }) => state);
  const worst = (['refused', 'retrying', 'pending', 'done'] as const).find((state) =>
    states.includes(state),
  );
  return worst ?? 'none';
}
