import { assert } from './assert.ts';

/** A UUIDv7 that only fits where its own kind of id is asked for. */
export type Id<Brand extends string> = string & { readonly __id: Brand };

export type UserId = Id<'User'>;
export type SessionId = Id<'Session'>;
export type VendorId = Id<'Vendor'>;
export type StaffId = Id<'Staff'>;
export type ApiKeyId = Id<'ApiKey'>;
export type ProductId = Id<'Product'>;
export type VariantId = Id<'Variant'>;
export type MediaId = Id<'Media'>;
export type CartId = Id<'Cart'>;
export type CartLineId = Id<'CartLine'>;
export type CouponId = Id<'Coupon'>;
export type OrderGroupId = Id<'OrderGroup'>;
export type OrderId = Id<'Order'>;
export type OrderLineId = Id<'OrderLine'>;
export type ReservationId = Id<'Reservation'>;
export type ShipmentId = Id<'Shipment'>;
export type PaymentId = Id<'Payment'>;
export type CaptureId = Id<'Capture'>;
export type RefundId = Id<'Refund'>;
export type TransferId = Id<'Transfer'>;
export type PayoutId = Id<'Payout'>;
export type ReviewId = Id<'Review'>;
export type EventId = Id<'Event'>;
export type LocationId = Id<'Location'>;

const MAX_TIME_MS = 2 ** 48 - 1;
const COUNTER_LIMIT = 2 ** 12;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Where one increasing run of ids stands. `timeMs` is ahead of the clock after an overflow. */
interface Sequence {
  askedMs: number;
  timeMs: number;
  counter: number;
}

// Two runs, so that a caller's clock (a test in the year 2100) cannot push real ids ahead.
const systemSequence: Sequence = { askedMs: -1, timeMs: -1, counter: 0 };
const callerSequence: Sequence = { askedMs: -1, timeMs: -1, counter: 0 };

/**
 * A UUIDv7. Ids made without an argument strictly increase within the process, even when the
 * clock steps back. With `nowMs` the id carries that time, and ids strictly increase as long as
 * the caller's time does not go back.
 */
export function uuidv7(nowMs?: number): string {
  if (nowMs === undefined) {
    return next(systemSequence, Math.max(Date.now(), systemSequence.askedMs));
  }
  assert(
    Number.isInteger(nowMs) && nowMs >= 0 && nowMs <= MAX_TIME_MS,
    `Not a time in whole milliseconds: ${nowMs}`,
  );
  return next(callerSequence, nowMs);
}

/** A fresh id of any kind: `const orderId: OrderId = newId()`. */
export function newId<B extends string>(nowMs?: number): Id<B> {
  return uuidv7(nowMs) as Id<B>;
}

/** Is it a UUID in its usual text form, of any version? */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** When a UUIDv7 was made, in milliseconds since 1970. */
export function timeOfId(id: string): number {
  assert(isUuid(id) && id[14] === '7', `Not a UUIDv7: ${id}`);
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

function next(sequence: Sequence, nowMs: number): string {
  const wentBack = nowMs < sequence.askedMs;
  const random = randomBytes();
  sequence.askedMs = nowMs;
  if (nowMs > sequence.timeMs || wentBack) {
    sequence.timeMs = nowMs;
    // Starts in the lower half, which leaves at least 2,048 ids for the same millisecond.
    sequence.counter = (((random[8] ?? 0) << 8) | (random[9] ?? 0)) & 0x7ff;
  } else {
    sequence.counter += 1;
  }
  if (sequence.counter === COUNTER_LIMIT) {
    sequence.timeMs += 1;
    sequence.counter = 0;
  }
  return layOut(sequence, random);
}

const bytesPerId = 10;
const pool = new Uint8Array(bytesPerId * 128);
let poolUsed = pool.byteLength;

/** Many small draws from one large one; they are read before the next is asked for. */
function randomBytes(): Uint8Array {
  if (poolUsed === pool.byteLength) {
    crypto.getRandomValues(pool);
    poolUsed = 0;
  }
  poolUsed += bytesPerId;
  return pool.subarray(poolUsed - bytesPerId, poolUsed);
}

const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function layOut({ timeMs, counter }: Sequence, random: Uint8Array): string {
  const time = timeMs.toString(16).padStart(12, '0');
  const count = counter.toString(16).padStart(3, '0');
  const hex = (at: number, mask = 0xff, set = 0): string =>
    hexOfByte[((random[at] ?? 0) & mask) | set] ?? '';
  const variant = hex(0, 0x3f, 0x80) + hex(1);
  const tail = hex(2) + hex(3) + hex(4) + hex(5) + hex(6) + hex(7);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${count}-${variant}-${tail}`;
}
