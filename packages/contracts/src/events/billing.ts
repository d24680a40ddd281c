import { z } from 'zod';
import { defineEvent } from '../envelope.ts';
import { amountMinor, currency, id, timestamp } from '../fields.ts';
import { itemUnits } from '../frozen.ts';
import { sampleId, sampleTime } from './samples.ts';

/** A payment that had to wait (challenge, unknown outcome) came to its end. */
export const paymentResolved = defineEvent({
  type: 'payment.resolved',
  version: 1,
  payload: z.strictObject({
    paymentId: id<'Payment'>(),
    groupId: id<'OrderGroup'>(),
    status: z.enum(['authorized', 'declined']),
    declineCode: z.string().max(64).nullable(),
  }),
  sample: {
    paymentId: sampleId(8),
    groupId: sampleId(5),
    status: 'authorized',
    declineCode: null,
  },
});

const movement = {
  paymentId: id<'Payment'>(),
  groupId: id<'OrderGroup'>(),
  orderId: id<'Order'>(),
  vendorId: id<'Vendor'>(),
  amountMinor,
  currency,
  /** The units whose parts add up to the amount. */
  items: z.array(itemUnits).max(201),
  at: timestamp,
};
const movementSample = {
  paymentId: sampleId(8),
  groupId: sampleId(5),
  orderId: sampleId(6),
  vendorId: sampleId(2),
  amountMinor: 3400,
  currency: 'EUR',
  items: [{ lineId: sampleId(10), fromUnit: 0, units: 1 }],
  at: sampleTime,
};

export const paymentCaptured = defineEvent({
  type: 'payment.captured',
  version: 1,
  payload: z.strictObject({
    ...movement,
    captureId: id<'Capture'>(),
    /** What the provider keeps for this capture. */
    feeMinor: amountMinor,
  }),
  sample: { ...movementSample, captureId: sampleId(12), feeMinor: 73 },
});

export const paymentVoided = defineEvent({
  type: 'payment.voided',
  version: 1,
  payload: z.strictObject(movement),
  sample: movementSample,
});

export const paymentRefunded = defineEvent({
  type: 'payment.refunded',
  version: 1,
  payload: z.strictObject({
    ...movement,
    refundId: id<'Refund'>(),
    /** Who bears a refund of an amount without units (goodwill); null for units. */
    bearer: z.enum(['vendor', 'marketplace']).nullable(),
  }),
  sample: { ...movementSample, refundId: sampleId(13), bearer: null },
});
