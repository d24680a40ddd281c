import { id, money, timestamp, version } from '@mkt/contracts';
import { type Clock, type VendorId, assert, ok, refuse } from '@mkt/kernel';
import {
  type AnyRoute,
  type Database,
  type DueWork,
  route,
  vendorOfActor,
  vendorScope,
  versioned,
} from '@mkt/service-kit';
import { z } from 'zod';
import { effectivePrice } from '../domain/effective-price.ts';
import { refreshOffer } from '../store/offers.ts';

const offer = z.strictObject({
  variantId: id<'Variant'>(),
  price: money,
  /** The price it is reduced from, where it is. */
  compareAt: money.nullable(),
});
const sale = z
  .strictObject({
    price: money,
    startsAt: timestamp.optional(),
    endsAt: timestamp.optional(),
  })
  .refine(
    ({ startsAt, endsAt }) => !startsAt || !endsAt || Date.parse(startsAt) < Date.parse(endsAt),
    'must start before it ends',
  );
const setPrice = z
  .strictObject({
    /** Left out: the price of the product itself, in its own currency. */
    listPrice: money.optional(),
    /** Null ends a sale; left out, it stays. */
    sale: sale.nullable().optional(),
  })
  .refine(
    ({ listPrice, sale: reduced }) =>
      !listPrice || !reduced || listPrice.currency === reduced.price.currency,
    'both prices must have one currency',
  )
  .refine(({ listPrice, sale: reduced }) => listPrice || reduced, 'needs a price or a sale');
const pricers = { staff: ['owner', 'manager'], scope: 'catalogue:write' } as const;

export function priceRoutes(db: Database, clock: Clock, sales: DueWork): AnyRoute[] {
  return [
    route({
      method: 'GET',
      path: '/v1/prices',
      summary: 'What the variants of a product cost now',
      access: 'public',
      query: z.strictObject({ productId: id<'Product'>() }),
      reply: { status: 200, schema: z.strictObject({ items: z.array(offer) }) },
      publicCacheSeconds: 5,
      async handle({ query }) {
        const rows = await db.query(
          `SELECT o.variant_id, o.currency, coalesce(p.list_minor, o.list_minor) AS list_minor,
                  o.compare_at_minor, p.sale_minor, p.sale_starts_at, p.sale_ends_at
           FROM offers o
           LEFT JOIN vendors v ON v.vendor_id = o.vendor_id
           LEFT JOIN prices p ON p.variant_id = o.variant_id AND p.currency = o.currency
           WHERE o.product_id = $1 AND o.buyable AND coalesce(v.open, true)
           ORDER BY o.variant_id LIMIT 200`,
          [query.productId],
        );
        const items = rows.flatMap((row) => {
          const price = effectivePrice(
            {
              listMinor: row.list_minor,
              compareAtMinor: row.compare_at_minor,
              saleMinor: row.sale_minor,
              saleStartsAt: row.sale_starts_at,
              saleEndsAt: row.sale_ends_at,
            },
            clock.now(),
          );
          const of = (amountMinor: number) => ({ amountMinor, currency: row.currency });
          return price
            ? [
                {
                  variantId: row.variant_id,
                  price: of(price.unitMinor),
                  compareAt: price.compareAtMinor === null ? null : of(price.compareAtMinor),
                },
              ]
            : [];
        });
        return ok({ items });
      },
    }),
    route({
      method: 'PUT',
      path: '/v1/prices/:variantId',
      summary: 'Set the list price in a currency, or a sale with dates',
      access: [pricers],
      params: z.strictObject({ variantId: id<'Variant'>() }),
      body: setPrice,
      reply: { status: 200, schema: z.strictObject({ variantId: id<'Variant'>(), version }) },
      refusals: { VARIANT_NOT_FOUND: 404 },
      async handle({ actor, params, body, ifMatch, mutate }) {
        const vendorId = vendorOfActor(actor) as VendorId;
        assert(vendorId, 'The access rule lets only a vendor in');
        const currency = (body.listPrice ?? body.sale?.price)?.currency;
        return mutate(vendorScope(vendorId), async (tx) => {
          const [own] = await tx.query('SELECT product_id FROM offers WHERE variant_id = $1', [
            params.variantId,
          ]);
          if (!own) return refuse('VARIANT_NOT_FOUND', 'You sell no such variant.');
          const [saved] = await tx.query(
            `INSERT INTO prices AS p (variant_id, currency, vendor_id, list_minor, sale_minor,
                                      sale_starts_at, sale_ends_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (variant_id, currency) DO UPDATE SET version = p.version + 1,
               list_minor = coalesce(excluded.list_minor, p.list_minor),
               sale_minor = CASE WHEN $8 THEN excluded.sale_minor ELSE p.sale_minor END,
               sale_starts_at = CASE WHEN $8 THEN excluded.sale_starts_at ELSE p.sale_starts_at END,
               sale_ends_at = CASE WHEN $8 THEN excluded.sale_ends_at ELSE p.sale_ends_at END
             WHERE $9::int IS NULL OR p.version = $9 RETURNING version`,
            [
              params.variantId,
              currency,
              vendorId,
              body.listPrice?.amountMinor ?? null,
              body.sale?.price.amountMinor ?? null,
              body.sale?.startsAt ?? null,
              body.sale?.endsAt ?? null,
              body.sale !== undefined,
              ifMatch ?? null,
            ],
          );
          if (!saved) return refuse('VERSION_CONFLICT', 'The price was changed meanwhile.');
          const dueAt = await refreshOffer(tx, own.product_id, clock.now());
          tx.afterCommit(() => sales.armAt(dueAt));
          return ok(versioned({ variantId: params.variantId, version: saved.version as number }));
        });
      },
    }),
  ];
}
