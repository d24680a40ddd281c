import { id, page, pageQuery } from '@mkt/contracts';
import { assert, ok, refuse } from '@mkt/kernel';
import {
  type AnyRoute,
  actorKey,
  decodeCursor,
  pageOf,
  route,
  vendorScope,
  versioned,
} from '@mkt/service-kit';
import { z } from 'zod';
import { changeStock } from '../operations/change-stock.ts';
import { hasLevel, listAdjustments } from '../store/levels.ts';
import {
  adjustment,
  changeRefusals,
  mayRead,
  mayWrite,
  type RouteParts,
  reason,
  scopeOf,
  staffVendor,
  stockLevel,
  variantParams,
} from './shared.ts';

const largestDelta = 1_000_000;

/** Adjustments of a level are numbered. */
const cursorKey = z.int().min(0);

export function adjustmentRoutes({ db, clock }: RouteParts): AnyRoute[] {
  const adjust = route({
    method: 'POST',
    path: '/v1/stock/:variantId/adjustments',
    summary: 'Move a stock level by a number of units, with the reason',
    access: mayWrite,
    params: variantParams,
    body: z.strictObject({
      delta: z
        .int()
        .min(-largestDelta)
        .max(largestDelta)
        .refine((delta) => delta !== 0, 'must not be 0'),
      reason,
      locationId: id<'Location'>().optional(),
    }),
    reply: { status: 201, schema: stockLevel },
    refusals: changeRefusals,
    handle: ({ actor, params, body, ifMatch, mutate }) =>
      mutate(vendorScope(staffVendor(actor)), async (tx) => {
        tx.afterCommit(() => db.nudge());
        const { variantId } = params;
        const { locationId, delta } = body;
        const levels = await changeStock(tx, {
          changes: [{ variantId, locationId, delta, version: ifMatch }],
          reason: body.reason,
          actor: actorKey(actor),
          now: clock.now(),
        });
        if (!levels.ok) return levels;
        const [level] = levels.value;
        assert(level, 'A change that was not refused has its level');
        return ok(versioned(level));
      }),
  });

  const history = route({
    method: 'GET',
    path: '/v1/stock/:variantId/adjustments',
    summary: 'List why the stock of a variant is what it is, newest first',
    access: [mayRead, 'operator'],
    params: variantParams,
    query: z.strictObject(pageQuery),
    reply: { status: 200, schema: page(adjustment) },
    refusals: { STOCK_LEVEL_NOT_FOUND: 404 },
    handle: async ({ actor, params, query }) => {
      const before = decodeCursor(query.cursor, cursorKey);
      const { variantId } = params;
      const rows = await db.transaction(scopeOf(actor), async (tx) => {
        const found = await listAdjustments(tx, variantId, before, query.limit);
        return found.length > 0 || (await hasLevel(tx, variantId)) ? found : null;
      });
      if (!rows) return refuse('STOCK_LEVEL_NOT_FOUND', 'There is no such variant of yours.');
      const item = (row: (typeof rows)[number]) => ({ ...row, at: row.at.toISOString() });
      return ok(pageOf(rows, query.limit, { item, key: (row) => row.seq }));
    },
  });

  return [adjust, history];
}
