import type { EventContract } from '../envelope.ts';
import * as billing from './billing.ts';
import * as customer from './customer.ts';
import { productChanged } from './discovery.ts';
import * as fulfillment from './fulfillment.ts';
import {
  orderCancelled,
  orderDelivered,
  orderPlaced,
  orderShipped,
  pricingOfferChanged,
} from './sales.ts';

export * from './billing.ts';
export * from './customer.ts';
export * from './discovery.ts';
export * from './fulfillment.ts';
export * from './sales.ts';

/** Every event contract, by type. */
export const eventContracts: ReadonlyMap<string, EventContract> = new Map(
  [
    ...Object.values(billing),
    ...Object.values(customer),
    ...Object.values(fulfillment),
    productChanged,
    pricingOfferChanged,
    orderPlaced,
    orderShipped,
    orderDelivered,
    orderCancelled,
  ].map((contract) => [contract.type, contract as EventContract]),
);
