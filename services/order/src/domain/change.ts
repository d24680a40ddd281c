import type {
  ItemUnits,
  orderCancelled,
  orderDelivered,
  orderShipped,
  PayloadOf,
} from '@mkt/contracts';
import {
  nextFreeRun,
  type OrderLineId,
  ok,
  type Refusal,
  type Result,
  refuse,
  type UnitRun,
} from '@mkt/kernel';
import {
  freeUnits,
  goodsOf,
  type Movement,
  type Order,
  type OrderLine,
  payableOf,
  type Shipment,
  statusOf,
  type TakenRun,
  type TimelineEntry,
} from './order.ts';

export type OrderEvent =
  | { readonly type: 'shipped'; readonly payload: PayloadOf<typeof orderShipped> }
  | { readonly type: 'delivered'; readonly payload: PayloadOf<typeof orderDelivered> }
  | { readonly type: 'cancelled'; readonly payload: PayloadOf<typeof orderCancelled> };

/** What a decision does to an order: saved, announced and paid for in one transaction. */
export interface OrderChange {
  readonly next: Order;
  /** Added by the change, or marked as delivered by it. */
  readonly shipment: Shipment | null;
  readonly movement: Movement | null;
  readonly entry: TimelineEntry;
  readonly event: OrderEvent | null;
}

export type ChangeResult = Result<OrderChange, Refusal>;

/** Units of a line that a person asked for. */
export interface WantedUnits {
  readonly lineId: OrderLineId;
  readonly quantity: number;
}

/** A line with the run of its units that a change takes. */
export interface Taking {
  readonly line: OrderLine;
  readonly run: UnitRun;
}

/** The next free units of the wanted lines; of every line, all that are free, where none is named. */
export function takeFree(
  order: Order,
  wanted: readonly WantedUnits[] | null,
): Result<Taking[], Refusal> {
  const goods = goodsOf(order);
  const asked =
    wanted ??
    goods
      .map((line) => ({ lineId: line.item.lineId, quantity: freeUnits(line) }))
      .filter(({ quantity }) => quantity > 0);
  if (asked.length === 0) {
    return refuse('NO_UNITS_LEFT', 'Every unit of this order is shipped or cancelled already.');
  }
  const found = findLines(goods, asked);
  if (!found.ok) return found;
  const takings: Taking[] = [];
  for (const { line, quantity } of found.value) {
    const run = nextFreeRun(line.item.quantity, line.runs, quantity);
    if (!run) {
      return refuse(
        'UNITS_NOT_FREE',
        `Of “${line.item.title}” ${freeUnits(line)} units are neither shipped nor cancelled.`,
        { lineId: line.item.lineId, freeUnits: freeUnits(line) },
      );
    }
    takings.push({ line, run });
  }
  return ok(takings);
}

/** The named lines of goods, each once. */
export function findLines(
  goods: readonly OrderLine[],
  wanted: readonly WantedUnits[],
): Result<{ line: OrderLine; quantity: number }[], Refusal> {
  const found: { line: OrderLine; quantity: number }[] = [];
  for (const { lineId, quantity } of wanted) {
    const line = goods.find(({ item }) => item.lineId === lineId);
    if (!line) {
      return refuse('LINE_NOT_FOUND', 'The order has no such line of goods.', { lineId });
    }
    if (found.some((other) => other.line === line)) {
      return refuse('LINE_REPEATED', 'Name each line once, with its whole quantity.', { lineId });
    }
    found.push({ line, quantity });
  }
  return ok(found);
}

export function itemUnitsOf(takings: readonly Taking[]): ItemUnits[] {
  return takings.map(({ line, run }) => ({
    lineId: line.item.lineId,
    fromUnit: run.from,
    units: run.units,
  }));
}

export function payableOfAll(takings: readonly Taking[]): number {
  return takings.reduce((sum, { line, run }) => sum + payableOf(line, run), 0);
}

/** The shipping item as a whole. */
export function wholeLine(line: OrderLine): Taking {
  return { line, run: { from: 0, units: line.item.quantity } };
}

export function withRuns(
  lines: readonly OrderLine[],
  takings: readonly Taking[],
  kind: TakenRun['kind'],
  movementId: string,
): OrderLine[] {
  return lines.map((line) => {
    const taking = takings.find((other) => other.line === line);
    if (!taking) return line;
    return { ...line, runs: [...line.runs, { ...taking.run, kind, movementId }] };
  });
}

export interface NewParts {
  readonly lines: readonly OrderLine[];
  readonly shipment?: Shipment;
  readonly movement?: Movement;
  readonly entry: TimelineEntry;
}

/** The order after a change: its status follows from its lines. */
export function changed(order: Order, { lines, shipment, movement, entry }: NewParts): Order {
  const completed = entry.kind === 'completed';
  const status = statusOf(lines, completed || order.completedAt !== null);
  const nowDelivered = order.deliveredAt === null && status === 'delivered';
  return {
    ...order,
    lines,
    status,
    version: order.version + 1,
    deliveredAt: nowDelivered ? entry.at : order.deliveredAt,
    completedAt: completed ? entry.at : order.completedAt,
    shipments: shipment ? replaced(order.shipments, shipment) : order.shipments,
    movements: movement ? [...order.movements, movement] : order.movements,
    timeline: [...order.timeline, entry],
  };
}

function replaced(shipments: readonly Shipment[], shipment: Shipment): Shipment[] {
  return [...shipments.filter(({ shipmentId }) => shipmentId !== shipment.shipmentId), shipment];
}

export function newMovement(
  parts: Pick<Movement, 'movementId' | 'kind' | 'amountMinor' | 'items' | 'createdAt'> &
    Partial<Pick<Movement, 'bearer' | 'reason'>>,
): Movement {
  return { bearer: null, reason: null, state: 'pending', refusalCode: null, ...parts };
}

/** What every event of an order says about it. */
export function identityOf({ orderId, groupId, number, vendorId, shopperId }: Order) {
  return { orderId, groupId, number, vendorId, shopperId };
}
