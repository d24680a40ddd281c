import { id, page, pageQuery, text } from '@mkt/contracts';
import { ok, refuse } from '@mkt/kernel';
import { type AnyRoute, pageOf, platformScope, route, versioned } from '@mkt/service-kit';
import { z } from 'zod';
import { type Review, hide, show } from '../domain/review.ts';
import { moderate } from '../operations/moderate.ts';
import { listReported, saveReport } from '../store/reports.ts';
import { listReviews } from '../store/reviews.ts';
import {
  type RouteParts,
  accountOf,
  afterCursor,
  byReviewId,
  keyOf,
  noSuchReview,
  ownReview,
  ownView,
} from './shapes.ts';

const moderatedReview = ownReview.extend({
  shopperId: id<'User'>(),
  reports: z.strictObject({ count: z.int(), reasons: z.array(z.string()) }),
});
