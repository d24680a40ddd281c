import { id, page, pageQuery } from '@mkt/contracts';
import { ok } from '@mkt/kernel';
import { type AnyRoute, type Database, pageOf, route } from '@mkt/service-kit';
import { z } from 'zod';
import { ratings, summarize } from '../domain/summary.ts';
import { readRating } from '../store/ratings.ts';
import { listReviews } from '../store/reviews.ts';
import { afterCursor, keyOf, publicReview, publicView, rating } from './shapes.ts';

const reviewsOfProduct = page(publicReview).extend({
  summary: z.strictObject({
    ratingAverage: z.number(),
    ratingCount: z.int(),
    histogram: z.array(z.strictObject({ rating, count: z.int() })),
  }),
});

export function publicRoutes(db: Database): AnyRoute[] {
  return [
    route({
      method: 'GET',
      path: '/v1/reviews',
      summary: 'Reviews of a product, newest first, with its rating',
      access: 'public',
      query: z.strictObject({ ...pageQuery, productId: id<'Product'>() }),
      reply: { status: 200, schema: reviewsOfProduct },
      publicCacheSeconds: 5,
      async handle({ query: { productId, limit, cursor } }) {
        const after = afterCursor(cursor);
        const [rows, histogram] = await Promise.all([
          listReviews(db, { by: 'product_id', value: productId, publishedOnly: true, after, limit }),
          readRating(db, productId),
        ]);
        return ok({
          ...pageOf(rows, limit, { item: publicView, key: keyOf }),
          summary: {
            ...summarize(histogram),
            histogram: ratings.map((value) => ({ rating: value, count: histogram[value] })),
          },
        });
      },
    }),
  ];
}
