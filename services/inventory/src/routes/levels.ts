import { id, page, pageQuery } from '@mkt/contracts';
import { assert, type LocationId, ok, refuse, type VariantId } from '@mkt/kernel';
import {
  type AnyRoute,
  actorKey,
  decodeIdCursor,
  pageOf,
  route,
  type Tx,
  vendorScope,
  versioned,
} from '@mkt/service-kit';
import { z } from 'zod';
import { changeStock } from '../operations/change-stock.ts';
import { listLevels, setThreshold } from '../store/levels.ts';
import {
  changeRefusals,
  mayRead,
  mayWrite,
  type RouteParts,
  reason,
  scopeOf,
  staffVendor,
  stocked,
  stockLevel,
  variantParams,
} from './shared.ts';

const idList = z
  .string()
  .max(100 * 37)
  .transform((list) => list.split(','))
  .pipe(z.array(id<'Variant'>()).max(100));

const bulkItems = z
  .array(z.strictObject({ variantId: id<'Variant'>(), stocked }))
  .min(1)
  .max(500)
  .refine(
    (items) => new Set(items.map((item) => item.variantId.toLowerCase())).size === items.length,
    'must name each variant once',
  );

export function levelRoutes({ db, clock }: RouteParts): AnyRoute[] {
  const nudgeAfter = (tx: Tx) => tx.afterCommit(() => db.nudge());

  const list = route({
    method: 'GET',
    path: '/v1/stock',
    summary: 'List stock levels of the vendor',
    access: [mayRead, 'operator'],
    query: z.strictObject({
      ...pageQuery,
      productId: id<'Product'>().optional(),
      sku: z.string().min(1).max(255).optional(),
      variantIds: idList.optional(),
    }),
    reply: { status: 200, schema: page(stockLevel) },
    handle: async ({ actor, query }) => {
      const { limit } = query;
      const filter = {
        productId: query.productId ?? null,
        sku: query.sku ?? null,
        variantIds: query.variantIds ?? null,
        after: decodeIdCursor(query.cursor),
        limit,
      };
      const rows = await db.transaction(scopeOf(actor), (tx) => listLevels(tx, filter));
      const item = ({ id: _, ...level }: (typeof rows)[number]) => level;
      return ok(pageOf(rows, limit, { item, key: (row) => row.id }));
    },
  });

  const setMany = route({
    method: 'PUT',
    path: '/v1/stock',
    summary: 'Set up to 500 stock levels at the default location, all or none',
    access: mayWrite,
    body: z.strictObject({ items: bulkItems, reason: reason.optional() }),
    reply: { status: 200, schema: z.strictObject({ items: z.array(stockLevel) }) },
    refusals: changeRefusals,
    handle: ({ actor, body, mutate }) =>
      mutate(vendorScope(staffVendor(actor)), async (tx) => {
        nudgeAfter(tx);
        const levels = await changeStock(tx, {
          changes: body.items,
          reason: body.reason ?? 'counted',
          actor: actorKey(actor),
          now: clock.now(),
        });
        return levels.ok ? ok({ items: [...levels.value] }) : levels;
      }),
  });

  const setOne = route({
    method: 'PUT',
    path: '/v1/stock/:variantId',
    summary: 'Set a stock level; with If-Match only if it is as the caller saw it',
    access: mayWrite,
    params: variantParams,
    body: z.strictObject({
      stocked,
      reason: reason.optional(),
      locationId: id<'Location'>().optional(),
    }),
    reply: { status: 200, schema: stockLevel },
    refusals: changeRefusals,
    handle: ({ actor, params, body, ifMatch, mutate }) =>
      mutate(vendorScope(staffVendor(actor)), async (tx) => {
        nudgeAfter(tx);
        const change = {
          variantId: params.variantId as VariantId,
          locationId: body.locationId as LocationId | undefined,
          stocked: body.stocked,
          version: ifMatch,
        };
        const levels = await changeStock(tx, {
          changes: [change],
          reason: body.reason ?? 'counted',
          actor: actorKey(actor),
          now: clock.now(),
        });
        if (!levels.ok) return levels;
        const [level] = levels.value;
        assert(level, 'A change that was not refused has its level');
        return ok(versioned(level));
      }),
  });

  const threshold = route({
    method: 'PATCH',
    path: '/v1/stock/:variantId',
    summary: 'Set below how many units a low stock is announced; 0 never',
    access: mayWrite,
    params: variantParams,
    body: z.strictObject({ lowStockThreshold: z.int().min(0).max(1_000_000) }),
    reply: { status: 200, schema: z.strictObject({ items: z.array(stockLevel) }) },
    refusals: { STOCK_LEVEL_NOT_FOUND: 404 },
    handle: ({ actor, params, body, mutate }) =>
      mutate(vendorScope(staffVendor(actor)), async (tx) => {
        const levels = await setThreshold(tx, params.variantId, body.lowStockThreshold);
        return levels.length > 0
          ? ok({ items: levels })
          : refuse('STOCK_LEVEL_NOT_FOUND', 'There is no such variant of yours.');
      }),
  });

  return [list, setMany, setOne, threshold];
}
