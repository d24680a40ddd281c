import { currency, id, money, timestamp, version } from '@mkt/contracts';
import { assert, type Clock, type CurrencyCode, ok, refuse } from '@mkt/kernel';
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
import { setPrice } from '../operations/set-price.ts';
import { findOwnPrice, findProductOf, listPrices, type OwnPrice } from '../store/prices.ts';

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

const change = z
  .strictObject({
    /** Needed where neither price names it. */
    currency: currency.optional(),
    /** Null returns to the price of the product itself; left out, it stays as it is. */
    listPrice: money.nullable().optional(),
    /** Null ends a sale; left out, it stays as it is. */
    sale: sale.nullable().optional(),
  })
  .refine(
    ({ listPrice, sale: reduced }) => listPrice !== undefined || reduced !== undefined,
    'needs a price or a sale',
  )
  .refine((body) => currenciesOf(body).length === 1, 'must name one currency');

function currenciesOf(body: {
  currency?: CurrencyCode | undefined;
  listPrice?: z.output<typeof money> | null | undefined;
  sale?: z.output<typeof sale> | null | undefined;
}): CurrencyCode[] {
  const named = [body.currency, body.listPrice?.currency, body.sale?.price.currency];
  return [...new Set(named.filter((each) => each !== undefined))];
}

const ownPrice = z.strictObject({
  variantId: id<'Variant'>(),
  /** Null: the price of the product itself. */
  listPrice: money.nullable(),
  sale: z
    .strictObject({ price: money, startsAt: timestamp.nullable(), endsAt: timestamp.nullable() })
    .nullable(),
  version,
});

function ownPriceOf(
  variantId: z.output<typeof ownPrice>['variantId'],
  inCurrency: CurrencyCode,
  price: OwnPrice,
): z.output<typeof ownPrice> {
  const of = (amountMinor: number) => ({ amountMinor, currency: inCurrency });
  return {
    variantId,
    listPrice: price.listMinor === null ? null : of(price.listMinor),
    sale:
      price.saleMinor === null
        ? null
        : {
            price: of(price.saleMinor),
            startsAt: price.saleStartsAt?.toISOString() ?? null,
            endsAt: price.saleEndsAt?.toISOString() ?? null,
          },
    version: price.version,
  };
}

const variantParams = z.strictObject({ variantId: id<'Variant'>() });
const pricers = { staff: ['owner', 'manager'], scope: 'catalogue:write' } as const;
const readers = { staff: ['owner', 'manager', 'finance'], scope: 'catalogue:read' } as const;
const dateOf = (text: string | undefined) => (text === undefined ? null : new Date(text));

export function priceRoutes(db: Database, clock: Clock, sales: DueWork): AnyRoute[] {
  const list = route({
    method: 'GET',
    path: '/v1/prices',
    summary: 'What the variants of a product cost now',
    access: 'public',
    query: z.strictObject({ productId: id<'Product'>() }),
    reply: { status: 200, schema: z.strictObject({ items: z.array(offer) }) },
    publicCacheSeconds: 5,
    async handle({ query }) {
      const now = clock.now();
      const items = (await listPrices(db, query.productId)).flatMap((stored) => {
        const price = effectivePrice(stored, now);
        if (!price) return [];
        const of = (amountMinor: number) => ({ amountMinor, currency: stored.currency });
        const from = price.compareAtMinor;
        const compareAt = from === null ? null : of(from);
        return [{ variantId: stored.variantId, price: of(price.unitMinor), compareAt }];
      });
      return ok({ items });
    },
  });

  const show = route({
    method: 'GET',
    path: '/v1/prices/:variantId',
    summary: 'The list price and sale that the vendor set in a currency, with their version',
    access: readers,
    params: variantParams,
    query: z.strictObject({ currency }),
    reply: { status: 200, schema: ownPrice },
    refusals: { VARIANT_NOT_FOUND: 404 },
    async handle({ actor, params: { variantId }, query }) {
      const vendorId = vendorOfActor(actor);
      assert(vendorId, 'The access rule lets only a vendor in');
      const price = await db.transaction(vendorScope(vendorId), async (tx) =>
        (await findProductOf(tx, variantId))
          ? findOwnPrice(tx, variantId, query.currency)
          : undefined,
      );
      return price
        ? ok(versioned(ownPriceOf(variantId, query.currency, price)))
        : refuse('VARIANT_NOT_FOUND', 'You sell no such variant.');
    },
  });

  const set = route({
    method: 'PUT',
    path: '/v1/prices/:variantId',
    summary: 'Set the list price in a currency, or a sale with dates; what is left out stays',
    access: [pricers],
    params: variantParams,
    body: change,
    reply: { status: 200, schema: ownPrice },
    refusals: { VARIANT_NOT_FOUND: 404 },
    async handle({ actor, params: { variantId }, body, ifMatch, mutate }) {
      const vendorId = vendorOfActor(actor);
      const [inCurrency] = currenciesOf(body);
      assert(vendorId && inCurrency, 'The access rule and the schema see to both');
      return mutate(vendorScope(vendorId), async (tx) => {
        const saved = await setPrice(
          tx,
          {
            variantId,
            vendorId,
            currency: inCurrency,
            listMinor: body.listPrice === null ? null : body.listPrice?.amountMinor,
            sale: body.sale && {
              amountMinor: body.sale.price.amountMinor,
              startsAt: dateOf(body.sale.startsAt),
              endsAt: dateOf(body.sale.endsAt),
            },
            expectedVersion: ifMatch,
          },
          clock.now(),
        );
        if (!saved.ok) return saved;
        tx.afterCommit(() => sales.armAt(saved.value.nextChangeAt));
        return ok(versioned(ownPriceOf(variantId, inCurrency, saved.value.price)));
      });
    },
  });

  return [list, show, set];
}
