import { country, ppm } from '@mkt/contracts';
import { ok } from '@mkt/kernel';
import { type AnyRoute, type Database, platformScope, route } from '@mkt/service-kit';
import { z } from 'zod';
import { listTaxRates, saveTaxRate } from '../store/tax-rates.ts';

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
        return ok({ items: await listTaxRates(db, query.country ?? null) });
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
          await saveTaxRate(tx, { ...params, ...body });
          return ok({ ...params, ratePpm: body.ratePpm });
        }),
    }),
  ];
}
