import { id, text, timestamp } from '@mkt/contracts';
import { assert, type Clock, type VendorId } from '@mkt/kernel';
import {
  type Access,
  type Actor,
  type Database,
  platformScope,
  type Scope,
  vendorOfActor,
  vendorScope,
} from '@mkt/service-kit';
import { z } from 'zod';

export interface RouteParts {
  readonly db: Database;
  readonly clock: Clock;
}

export const mayRead: Access = {
  staff: ['owner', 'manager', 'fulfiller', 'finance'],
  scope: 'stock:read',
};
export const mayWrite: Access = { staff: ['owner', 'manager', 'fulfiller'], scope: 'stock:write' };

/** Staff see their vendor's rows; an operator, who works for no vendor, sees all. */
export function scopeOf(actor: Actor): Scope {
  const vendorId = vendorOfActor(actor);
  return vendorId ? vendorScope(vendorId) : platformScope;
}

export function staffVendor(actor: Actor): VendorId {
  const vendorId = vendorOfActor(actor);
  assert(vendorId, 'The route admits staff alone');
  return vendorId;
}

export const variantParams = z.strictObject({ variantId: id<'Variant'>() });
export const reason = text(200);
export const maxStocked = 10_000_000;
export const stocked = z.int().min(0).max(maxStocked);

export const stockLevel = z.strictObject({
  variantId: id<'Variant'>(),
  productId: id<'Product'>(),
  locationId: id<'Location'>(),
  sku: z.string().nullable(),
  title: z.string(),
  /** Units not sold yet. */
  stocked: z.int(),
  /** Of these, held for checkouts under way. */
  reserved: z.int(),
  available: z.int(),
  /** Sold below zero as well. */
  backorder: z.boolean(),
  lowStockThreshold: z.int(),
  /** False once the product no longer has the variant. */
  active: z.boolean(),
  version: z.int(),
});

export const adjustment = z.strictObject({
  seq: z.int(),
  locationId: id<'Location'>(),
  delta: z.int(),
  /** What was in stock afterwards. */
  stocked: z.int(),
  reason: z.string(),
  actor: z.string(),
  referenceId: z.uuid().nullable(),
  at: timestamp,
});

export const changeRefusals = {
  STOCK_LEVEL_NOT_FOUND: 404,
  VERSION_CONFLICT: 412,
  STOCK_BELOW_RESERVED: 409,
  STOCK_OUT_OF_RANGE: 409,
};
