import type { PeerOperation } from '../peer.ts';
import * as billing from './billing.ts';
import * as customer from './customer.ts';
import * as discovery from './discovery.ts';
import * as fulfillment from './fulfillment.ts';
import * as infrastructure from './infrastructure.ts';
import * as sales from './sales.ts';

export * from './billing.ts';
export * from './customer.ts';
export * from './discovery.ts';
export * from './fulfillment.ts';
export * from './infrastructure.ts';
export * from './sales.ts';

function isOperation(value: unknown): value is PeerOperation {
  return typeof value === 'object' && value !== null && 'idempotent' in value;
}

/** Every peer operation, by name. */
export const peerOperations: ReadonlyMap<string, PeerOperation> = new Map(
  [billing, customer, discovery, fulfillment, infrastructure, sales]
    .flatMap((module) => Object.values(module))
    .filter(isOperation)
    .map((operation) => [operation.name, operation]),
);
