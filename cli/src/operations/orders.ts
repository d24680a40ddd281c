import { type Api, type Listing, listAtMost } from '../adapters/api.ts';
import { Failure, usageFailure } from '../failure.ts';
import type { LineUnits } from '../inputs.ts';
import { minorOf } from './coupons.ts';
import type { Order, OrderSummary, Shipment } from './shapes.ts';
import { isId, vendorIdOf } from './vendors.ts';

export interface OrderFilter {
  readonly status?: string | undefined;
  readonly vendor?: string | undefined;
  readonly limit: number;
}

export async function listOrders(
  api: Api,
  { status, vendor, limit }: OrderFilter,
): Promise<Listing<OrderSummary>> {
  const vendorId = await vendorIdOf(api, vendor);
  return listAtMost<OrderSummary>(api, '/v1/orders', { limit, query: { status, vendorId } });
}

/** How far back an order is looked for by its number. */
const searchedOrders = 2_000;

async function orderIdOf(api: Api, order: string): Promise<string> {
  if (isId(order)) return order;
  const { items } = await listAtMost<OrderSummary>(api, '/v1/orders', { limit: searchedOrders });
  const found = items.find(({ number }) => number.toUpperCase() === order.toUpperCase());
  if (found) return found.orderId;
  throw new Failure(`There is no order ${order} among the latest ${searchedOrders} you may see.`, {
    code: 'ORDER_NOT_FOUND',
    next: 'List them: mkt order list - or name an older one by its id',
  });
}

export async function showOrder(api: Api, order: string): Promise<Order> {
  return api.get<Order>(`/v1/orders/${await orderIdOf(api, order)}`);
}

export interface ShipInput {
  readonly order: string;
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly trackingUrl?: string | undefined;
  readonly lines?: readonly LineUnits[] | undefined;
}

export async function shipOrder(api: Api, { order, lines, ...given }: ShipInput): Promise<Order> {
  const { trackingUrl, ...shipment } = given;
  return api.post<Order>(`/v1/orders/${await orderIdOf(api, order)}/shipments`, {
    ...shipment,
    ...(trackingUrl === undefined ? {} : { trackingUrl }),
    ...(lines === undefined ? {} : { lines }),
  });
}

export interface CancelInput {
  readonly order: string;
  readonly reason: string;
  readonly lines?: readonly LineUnits[] | undefined;
}

export async function cancelOrder(api: Api, { order, reason, lines }: CancelInput): Promise<Order> {
  const body = { reason, ...(lines === undefined ? {} : { lines }) };
  return api.post<Order>(`/v1/orders/${await orderIdOf(api, order)}/cancel`, body);
}

export interface RefundInput {
  readonly order: string;
  readonly reason: string;
  readonly lines?: readonly LineUnits[] | undefined;
  /** A reason that is the vendor's gives the shipping back with the last of the goods. */
  readonly vendorFault: boolean;
  /** An amount instead, such as `5.00`, and who bears it. */
  readonly amount?: string | undefined;
  readonly bearer?: string | undefined;
}

export async function refundOrder(api: Api, input: RefundInput): Promise<Order> {
  const { order, reason, lines, vendorFault, amount, bearer } = input;
  if ((lines === undefined) === (amount === undefined)) {
    throw usageFailure('Units or an amount?', 'Use --line LINE=UNITS, or --amount 5.00 --bearer …');
  }
  const orderId = await orderIdOf(api, order);
  const path = `/v1/orders/${orderId}/refunds`;
  if (amount === undefined) return api.post<Order>(path, { lines, vendorFault, reason });
  if (bearer === undefined) {
    throw usageFailure('Who bears it?', 'Use --bearer vendor or --bearer marketplace');
  }
  const { currency } = (await api.get<Order>(`/v1/orders/${orderId}`)).payable;
  const money = { amountMinor: minorOf(amount, currency), currency };
  return api.post<Order>(path, { amount: money, bearer, reason });
}

export interface DeliverInput {
  readonly order: string;
  /** All of the order that are on their way, unless one is named. */
  readonly shipment?: string | undefined;
}

/** Says that shipments have arrived; those that had already are answered as they are. */
export async function deliverOrder(
  api: Api,
  { order, shipment }: DeliverInput,
): Promise<readonly Shipment[]> {
  const orderId = await orderIdOf(api, order);
  const { items } = await listAtMost<Shipment>(api, '/v1/shipments', {
    limit: 1_000,
    query: { orderId },
  });
  const meant = items.filter(({ shipmentId }) => shipment === undefined || shipmentId === shipment);
  if (meant.length === 0) {
    throw new Failure(`Nothing of the order ${order} has been shipped.`, {
      code: 'SHIPMENT_NOT_FOUND',
      next: `Ship it first: mkt order ship ${order} --carrier NAME --tracking NUMBER`,
    });
  }
  const delivered: Shipment[] = [];
  for (const { shipmentId } of meant) {
    delivered.push(await api.post<Shipment>(`/v1/shipments/${shipmentId}/deliver`));
  }
  return delivered;
}
