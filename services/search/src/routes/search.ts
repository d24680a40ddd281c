import { currency, id, money } from '@mkt/contracts';
import { type CurrencyCode, ok, type ProductId, refuse, type VendorId } from '@mkt/kernel';
import { type AnyRoute, route } from '@mkt/service-kit';
import { z } from 'zod';
import { type ProductOption, type SearchHit, type SearchQuery, SORTS } from '../domain/index.ts';
import type { LiveIndex } from '../operations/live-index.ts';

/** A key may come once or several times: its values are alternatives. */
const values = (maxLength: number) =>
  z
    .union([z.string().max(maxLength), z.array(z.string().max(maxLength)).max(50)])
    .transform((given) => (typeof given === 'string' ? [given] : given))
    .optional();

const flag = z.enum(['true', 'false']).transform((given) => given === 'true');

const query = z.strictObject({
  q: z.string().max(200).optional(),
  vendor: values(36),
  type: values(255),
  tag: values(255),
  /** `Size:Large`, once for each value. */
  option: values(520),
  minPrice: z.coerce.number().int().min(0).max(1e12).optional(),
  maxPrice: z.coerce.number().int().min(0).max(1e12).optional(),
  currency: currency.optional(),
  rating: z.coerce.number().min(1).max(5).optional(),
  inStock: flag.optional(),
  sort: z.enum(SORTS).optional(),
  facets: flag.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().max(512).optional(),
});

const hit = z.strictObject({
  productId: id<'Product'>(),
  vendorId: id<'Vendor'>(),
  vendorName: z.string(),
  handle: z.string(),
  title: z.string(),
  type: z.string(),
  price: money,
  compareAt: money.nullable(),
  inStock: z.boolean(),
  ratingAverage: z.number(),
  ratingCount: z.int(),
  image: z.strictObject({ src: z.string(), alt: z.string() }).nullable(),
  publishedAt: z.string(),
});
const facetValue = z.strictObject({
  value: z.string(),
  label: z.string(),
  count: z.int(),
  selected: z.boolean(),
});
const facets = z.strictObject({
  vendors: z.array(facetValue),
  types: z.array(facetValue),
  tags: z.array(facetValue),
  options: z.array(z.strictObject({ name: z.string(), values: z.array(facetValue) })),
  price: z.strictObject({
    currency: z.string(),
    bands: z.array(
      z.strictObject({
        minMinor: z.number().optional(),
        maxMinor: z.number().optional(),
        count: z.int(),
      }),
    ),
  }),
  ratings: z.array(z.strictObject({ atLeast: z.number(), count: z.int() })),
  availability: z.strictObject({ inStock: z.int(), outOfStock: z.int() }),
});
const found = z.strictObject({
  items: z.array(hit),
  total: z.int(),
  nextCursor: z.string().nullable(),
  facets: facets.nullable(),
  /** How each word was read: `shrit` as `shirt`. */
  terms: z.array(
    z.strictObject({ typed: z.string(), match: z.string(), readAs: z.array(z.string()) }),
  ),
  matchedTerms: z.int(),
});

function hitOf(one: SearchHit): z.output<typeof hit> {
  const of = (amountMinor: number) => ({ amountMinor, currency: one.currency as CurrencyCode });
  return {
    productId: one.productId as ProductId,
    vendorId: one.vendorId as VendorId,
    vendorName: one.vendorName,
    handle: one.handle,
    title: one.title,
    type: one.type,
    price: of(one.priceMinor),
    compareAt: one.compareAtMinor === undefined ? null : of(one.compareAtMinor),
    inStock: one.inStock,
    ratingAverage: one.ratingAverage,
    ratingCount: one.ratingCount,
    image: one.image ? { ...one.image } : null,
    publishedAt: one.publishedAt,
  };
}

/** `Size:Large` and `Size:Small` are alternatives of one option. Null where one has no value. */
function optionsOf(given: readonly string[]): ProductOption[] | null {
  const byName = new Map<string, string[]>();
  for (const text of given) {
    const colon = text.indexOf(':');
    if (colon < 1 || colon === text.length - 1) return null;
    const name = text.slice(0, colon);
    byName.set(name, [...(byName.get(name) ?? []), text.slice(colon + 1)]);
  }
  return [...byName].map(([name, wanted]) => ({ name, values: wanted }));
}

function questionOf(asked: z.output<typeof query>, options: ProductOption[]): SearchQuery {
  const { minPrice: minMinor, maxPrice: maxMinor } = asked;
  const priced = minMinor !== undefined || maxMinor !== undefined;
  const range = {
    ...(minMinor === undefined ? {} : { minMinor }),
    ...(maxMinor === undefined ? {} : { maxMinor }),
  };
  return {
    ...(asked.q === undefined ? {} : { text: asked.q }),
    ...(asked.sort === undefined ? {} : { sort: asked.sort }),
    ...(asked.currency === undefined ? {} : { currency: asked.currency }),
    ...(asked.cursor === undefined ? {} : { after: asked.cursor }),
    limit: asked.limit,
    facets: asked.facets ?? asked.cursor === undefined,
    filters: {
      ...(asked.vendor ? { vendorIds: asked.vendor } : {}),
      ...(asked.type ? { types: asked.type } : {}),
      ...(asked.tag ? { tags: asked.tag } : {}),
      ...(options.length > 0 ? { options } : {}),
      ...(priced ? { price: [range] } : {}),
      ...(asked.rating === undefined ? {} : { minRating: asked.rating }),
      ...(asked.inStock ? { onlyInStock: true } : {}),
    },
  };
}

const badQuery = 400;
const refusals = {
  QUERY_TOO_LONG: badQuery,
  TOO_MANY_TERMS: badQuery,
  TOO_MANY_FILTER_VALUES: badQuery,
  FILTER_INVALID: badQuery,
  LIMIT_OUT_OF_RANGE: badQuery,
  SORT_UNKNOWN: badQuery,
  CURRENCY_INVALID: badQuery,
  CURSOR_INVALID: badQuery,
  CURSOR_OF_OTHER_QUERY: badQuery,
} as const;

export function searchRoutes(index: LiveIndex): AnyRoute[] {
  return [
    route({
      method: 'GET',
      path: '/v1/search',
      summary: 'Find products by words, with facets; without words, browse',
      access: 'public',
      query,
      reply: { status: 200, schema: found },
      refusals,
      publicCacheSeconds: 1,
      async handle({ query: asked }) {
        const options = optionsOf(asked.option ?? []);
        if (!options) return refuse('FILTER_INVALID', 'Write an option as Name:Value.');
        const result = index.current.search(questionOf(asked, options));
        if (!result.ok) return result;
        const { hits, total, nextCursor, facets: counted, interpretation } = result.value;
        return ok({
          items: hits.map(hitOf),
          total,
          nextCursor: nextCursor ?? null,
          facets: counted ? structuredClone(counted as z.output<typeof facets>) : null,
          terms: interpretation.terms.map((term) => ({ ...term, readAs: [...term.readAs] })),
          matchedTerms: interpretation.matchedTerms,
        });
      },
    }),
    route({
      method: 'GET',
      path: '/v1/search/suggest',
      summary: 'Complete what a shopper is typing',
      access: 'public',
      query: z.strictObject({
        q: z.string().min(1).max(100),
        limit: z.coerce.number().int().min(1).max(20).default(8),
      }),
      reply: {
        status: 200,
        schema: z.strictObject({
          items: z.array(
            z.strictObject({
              kind: z.enum(['product', 'type', 'vendor', 'tag']),
              text: z.string(),
              value: z.string(),
              handle: z.string().nullable(),
              count: z.int(),
            }),
          ),
        }),
      },
      publicCacheSeconds: 5,
      handle: async ({ query: asked }) =>
        ok({
          items: index.current
            .suggest(asked.q, asked.limit)
            .map((one) => ({ ...one, handle: one.handle ?? null })),
        }),
    }),
    route({
      method: 'GET',
      path: '/v1/search/stats',
      summary: 'What the index holds',
      access: 'operator',
      reply: {
        status: 200,
        schema: z.strictObject({ products: z.int(), visibleProducts: z.int(), terms: z.int() }),
      },
      handle: async () => {
        const { products, visibleProducts, terms } = index.current.stats();
        return ok({ products, visibleProducts, terms });
      },
    }),
    route({
      method: 'POST',
      path: '/v1/search/rebuild',
      summary: 'Build the index anew beside the one that answers, then answer from it',
      access: 'operator',
      repeat: 'natural',
      reply: {
        status: 200,
        schema: z.strictObject({ products: z.int(), durationMs: z.int() }),
      },
      handle: async () => ok(await index.rebuild()),
    }),
  ];
}
