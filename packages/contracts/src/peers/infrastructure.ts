import { z } from 'zod';
import { id } from '../fields.ts';
import { definePeer } from '../peer.ts';

/** What is metered, counted where it is spent. */
export const meterNames = [
  'postgres.statements',
  'postgres.awakeMinutes',
  'postgres.bytes',
  'documents.operations',
  'redis.commands',
  'http.requests',
  'http.responseBytes',
  'events.published',
] as const;
export const meterName = z.enum(meterNames);
export type MeterName = z.infer<typeof meterName>;

/** Adds counts; a repeated `reportId` is ignored. */
export const guardReport = definePeer({
  name: 'guard.report',
  request: z.strictObject({
    reportId: z.uuid(),
    service: z.string().max(40),
    counts: z
      .array(
        z.strictObject({
          meter: meterName,
          vendorId: id<'Vendor'>().nullable(),
          amount: z.number().min(0),
        }),
      )
      .max(10_000),
  }),
  reply: z.strictObject({}),
  idempotent: true,
});
