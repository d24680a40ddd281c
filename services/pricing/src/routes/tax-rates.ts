import { country, ppm } from '@mkt/contracts';
import { ok } from '@mkt/kernel';
import { type AnyRoute, type Database, platformScope, route } from '@mkt/service-kit';
import { z } from 'zod';

const category = z.string().regex(/^[a-z][a-zA-Z]{0,39}$/);
const rate = z.strictObject({ country, category, ratePpm: ppm });

export function taxRateRoutes(db: Database): AnyRoute[] {
  return [
    route({
      method: 'GET',
      path: '/v1/tax-rates',
      summary: 'Tax rates by country and category, in parts per million',
      access: 'public',
      query: z.strictObject({ country: country.optional() }),
      reply: { status: 200, schema: z.strictObject({ items: z.array(rate) }) },
      publicCacheSeconds: 60,
      async handle({ query }) {
        const rows = await db.query(
          `SELECT country, category, rate_ppm FROM tax_rates
           WHERE $1::text IS NULL OR country = $1 ORDER BY country, category LIMIT 5000`,
          [query.country ?? null],
        );
        return ok({
          items: rows.map((row) => ({
            country: row.country,
            category: row.category,
            ratePpm: row.rate_ppm,
          })),
        });
      },
    }),
    route({
      method: 'PUT',
      path: '/v1/tax-rates/:country/:category',
      summary: 'Set a tax rate for sales from now on; what was sold keeps its rate',
      access: 'operator',
      params: z.strictObject({ country, category }),
      body: z.strictObject({ ratePpm: ppm }),
      reply: { status: 200, schema: rate },
      handle: ({ params, body, mutate }) =>
        mutate(platformScope, async (tx) => {
          await tx.query(
            `INSERT INTO tax_rates (country, category, rate_ppm) VALUES ($1, $2, $3)
             ON CONFLICT (country, category) DO UPDATE SET rate_ppm = excluded.rate_ppm`,
            [params.country, params.category, body.ratePpm],
          );
          return ok({ ...params, ratePpm: body.ratePpm });
        }),
    }),
  ];
}
