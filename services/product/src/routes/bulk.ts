import { id } from '@mkt/contracts';
import { ok } from '@mkt/kernel';
import {
  type AnyRoute,
  decodeIdCursor,
  encodeCursor,
  platformScope,
  route,
  vendorScope,
} from '@mkt/service-kit';
import { z } from 'zod';
import { bulkLimit } from '../config.ts';
import { type BulkOutcome, changeMany } from '../operations/change-many.ts';
import type { ProductContext } from '../operations/context.ts';
import { mayWrite, staffVendor } from './access.ts';

const named = z.strictObject({ productIds: z.array(id<'Product'>()).min(1).max(bulkLimit) });
const cursor = z.string().min(1).max(512).optional();
const all = z.strictObject({ all: z.literal(true), cursor });
const allOf = z.strictObject({ all: z.literal(true), cursor, vendorId: id<'Vendor'>().optional() });

const outcome = z.strictObject({
  changed: z.int(),
  /** They were so already. */
  unchanged: z.int(),
  refused: z.array(
    z.strictObject({
      productId: id<'Product'>(),
      code: z.string(),
      detail: z.string(),
      /** What a product that is incomplete still needs. */
      missing: z.array(z.string()).optional(),
    }),
  ),
  /** Send it with `all` to go on; null when all were looked at. */
  nextCursor: z.string().nullable(),
});

export function bulkRoutes(context: ProductContext): AnyRoute[] {
  const submit = route({
    method: 'POST',
    path: '/v1/products/bulk/submit',
    summary: 'Hand in many products for review, or all that were not yet, 500 at a time',
    access: mayWrite,
    body: z.union([named, all]),
    reply: { status: 200, schema: outcome },
    handle: ({ actor, body, mutate }) =>
      mutate(vendorScope(staffVendor(actor)), async (tx) => {
        const change = { type: 'submit', selection: selectionOf(body) } as const;
        const done = await changeMany(context, tx, change);
        return done.ok ? ok(outcomeOf(done.value)) : done;
      }),
  });

  const approve = route({
    method: 'POST',
    path: '/v1/products/bulk/approve',
    summary: 'Approve many submitted products, or all of a vendor or of everybody, 500 at a time',
    access: 'operator',
    body: z.union([named, allOf]),
    reply: { status: 200, schema: outcome },
    handle: ({ body, mutate }) =>
      mutate(platformScope, async (tx) => {
        const change = { type: 'approve', selection: selectionOf(body) } as const;
        const done = await changeMany(context, tx, change);
        return done.ok ? ok(outcomeOf(done.value)) : done;
      }),
  });

  return [submit, approve];
}

function selectionOf(body: z.output<typeof named> | z.output<typeof allOf>) {
  if ('productIds' in body) return { productIds: body.productIds };
  const after = decodeIdCursor(body.cursor) ?? undefined;
  return { all: true as const, vendorId: body.vendorId, after };
}

function outcomeOf({ changed, unchanged, refused, next }: BulkOutcome): z.output<typeof outcome> {
  return {
    changed,
    unchanged,
    refused: refused.map(({ productId, code, detail, data }) => ({
      productId,
      code,
      detail,
      ...(Array.isArray(data?.missing) ? { missing: data.missing as string[] } : {}),
    })),
    nextCursor: next === null ? null : encodeCursor(next),
  };
}
