import type { Address, FrozenItem, ItemUnits } from '@mkt/contracts';
import {
  type CurrencyCode,
  type OrderGroupId,
  type OrderId,
  type OrderLineId,
  partOf,
  type ShipmentId,
  type UnitRun,
  type UserId,
  unitsIn,
  type VendorId,
} from '@mkt/kernel';
import { deadlineAfter, deadlines } from './deadlines.ts';

export const orderStatuses = [
  'placed',
  'partlyShipped',
  'shipped',
  'delivered',
  'completed',
  'cancelled',
] as const;
export type OrderStatus = (typeof orderStatuses)[number];

/** Who changed an order; `system` for what peers report. */
export type By = 'shopper' | 'vendor' | 'operator' | 'deadline' | 'system';

/** Units of a line that were shipped (and so captured) or cancelled, by one movement of money. */
export interface TakenRun extends UnitRun {
  readonly kind: 'shipped' | 'cancelled';
  readonly movementId: string;
}

export interface OrderLine {
  readonly item: FrozenItem;
  readonly runs: readonly TakenRun[];
  readonly deliveredUnits: number;
  readonly returnedUnits: number;
}

export const movementKinds = ['capture', 'void', 'refund'] as const;
export type MovementKind = (typeof movementKinds)[number];

/**
 * `retrying` failed for now and goes on by itself; `refused` was turned down by the payment service
 * and waits for somebody to try it again.
 */
export const movementStates = ['pending', 'retrying', 'done', 'refused'] as const;
export type MovementState = (typeof movementStates)[number];

export interface Movement {
  readonly movementId: string;
  readonly kind: MovementKind;
  readonly amountMinor: number;
  readonly items: readonly ItemUnits[];
  readonly bearer: 'vendor' | 'marketplace' | null;
  readonly reason: string | null;
  readonly state: MovementState;
  readonly refusalCode: string | null;
  readonly createdAt: Date;
}

export interface Shipment {
  readonly shipmentId: ShipmentId;
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly trackingUrl: string | null;
  readonly lines: readonly { readonly lineId: OrderLineId; readonly quantity: number }[];
  readonly shippedAt: Date;
  readonly deliveredAt: Date | null;
}

export const timelineKinds = [
  'placed',
  'shipped',
  'delivered',
  'completed',
  'cancelled',
  'refundDecided',
  'captured',
  'voided',
  'refunded',
  'movementRetrying',
  'movementRefused',
] as const;
export interface TimelineEntry {
  readonly at: Date;
  readonly kind: (typeof timelineKinds)[number];
  readonly by: By;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** One vendor's part of a group. */
export interface Order {
  readonly orderId: OrderId;
  readonly groupId: OrderGroupId;
  readonly number: string;
  readonly vendorId: VendorId;
  readonly shopperId: UserId;
  readonly email: string;
  readonly shippingAddress: Address;
  readonly currency: CurrencyCode;
  readonly payableMinor: number;
  readonly status: OrderStatus;
  readonly placedAt: Date;
  readonly deliveredAt: Date | null;
  readonly completedAt: Date | null;
  readonly version: number;
  /** Goods in the order of the cart, then the shipping item where there is one. */
  readonly lines: readonly OrderLine[];
  readonly shipments: readonly Shipment[];
  readonly movements: readonly Movement[];
  readonly timeline: readonly TimelineEntry[];
}

export function goodsOf(order: Order): OrderLine[] {
  return order.lines.filter((line) => line.item.kind === 'line');
}

export function shippingOf(order: Order): OrderLine | undefined {
  return order.lines.find((line) => line.item.kind === 'shipping');
}

export function unitsTaken(line: OrderLine, kind: TakenRun['kind']): number {
  return unitsIn(line.runs.filter((run) => run.kind === kind));
}

export function freeUnits(line: OrderLine): number {
  return line.item.quantity - unitsIn(line.runs);
}

/** What some units of a line cost the shopper (money rules, part 4). */
export function payableOf(line: OrderLine, run: UnitRun): number {
  return partOf(line.item.payableMinor, line.item.quantity, run.from, run.units);
}

/** Where an order stands follows from its units alone, except that being received ends it. */
export function statusOf(lines: readonly OrderLine[], completed: boolean): OrderStatus {
  const goods = lines.filter((line) => line.item.kind === 'line');
  const total = (count: (line: OrderLine) => number) =>
    goods.reduce((sum, line) => sum + count(line), 0);
  const shipped = total((line) => unitsTaken(line, 'shipped'));
  const free = total(freeUnits);
  if (shipped === 0) return free === 0 ? 'cancelled' : 'placed';
  if (free > 0) return 'partlyShipped';
  if (total((line) => line.deliveredUnits) < shipped) return 'shipped';
  return completed ? 'completed' : 'delivered';
}

/** When the next deadline of an order falls. */
export function dueAtOf(order: Order): Date | null {
  switch (order.status) {
    case 'placed':
    case 'partlyShipped':
      return deadlineAfter(deadlines.unshippedCancelled, order.placedAt);
    case 'delivered':
      return order.deliveredAt && deadlineAfter(deadlines.autoReceived, order.deliveredAt);
    default:
      return null;
  }
}

/** Money of an order that was moved, or with `underWay` is about to be. */
export function movedMinor(order: Order, kind: MovementKind, underWay = false): number {
  return order.movements
    .filter((movement) => movement.kind === kind && (underWay || movement.state === 'done'))
    .reduce((sum, movement) => sum + movement.amountMinor, 0);
}
