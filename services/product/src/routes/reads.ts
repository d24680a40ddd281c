import { id, page, pageQuery, productStatus, slug } from '@mkt/contracts';
import { ok, refuse } from '@mkt/kernel';
import { type AnyRoute, decodeIdCursor, route, versioned } from '@mkt/service-kit';
import { z } from 'zod';
import { publicCacheSeconds } from '../config.ts';
import { CSV_LIMITS } from '../csv/index.ts';
import { type ProductContext, productNotFound, type Viewer } from '../operations/context.ts';
import { findProduct, type Naming } from '../operations/find-product.ts';
import { listManaged } from '../operations/list-products.ts';
import { viewerOf } from './access.ts';
import { createPublicReads } from './public-reads.ts';
import { detailOf, pageOf, productDetail, productSummary, publicAnswer } from './shown.ts';

export function readRoutes(context: ProductContext): AnyRoute[] {
  const shared = createPublicReads(context);
  const list = route({
    method: 'GET',
    path: '/v1/products',
    summary: 'List products, newest first: the published ones, or with a token those one manages',
    access: 'public',
    query: z.strictObject({
      ...pageQuery,
      vendorId: id<'Vendor'>().optional(),
      status: productStatus.optional(),
    }),
    reply: { status: 200, schema: page(productSummary) },
    publicCacheSeconds,
    handle: async ({ actor, query }) => {
      const { limit, vendorId, status } = query;
      const viewer = viewerOf(actor);
      if (viewer.kind === 'public' && status !== undefined && status !== 'published') {
        return refuse('INVALID_REQUEST', 'Only those who manage products list them by status.');
      }
      const after = decodeIdCursor(query.cursor) ?? undefined;
      return ok(
        viewer.kind === 'public'
          ? await shared.page({ vendorId, after, limit })
          : pageOf(await listManaged(context, viewer, { vendorId, status, after, limit }), viewer),
      );
    },
  });

  const answer = async (viewer: Viewer, naming: Naming) => {
    const found = await findProduct(context, viewer, naming);
    if (!found.ok) return found;
    const shown = found.value;
    return ok(viewer.kind === 'public' ? publicAnswer(shown) : versioned(detailOf(shown, viewer)));
  };

  const byId = route({
    method: 'GET',
    path: '/v1/products/:productId',
    summary: 'Show a product',
    access: 'public',
    params: z.strictObject({ productId: id<'Product'>() }),
    reply: { status: 200, schema: productDetail },
    refusals: { PRODUCT_NOT_FOUND: 404 },
    publicCacheSeconds,
    handle: async ({ actor, params }) => {
      const viewer = viewerOf(actor);
      if (viewer.kind !== 'public') return answer(viewer, params);
      const found = await shared.product(params.productId);
      return found ? ok(found) : productNotFound;
    },
  });

  const byHandle = route({
    method: 'GET',
    path: '/v1/products/by-handle/:handle',
    summary: 'Show a product by its handle, which is one vendor’s: named by id or slug',
    access: 'public',
    params: z.strictObject({ handle: z.string().min(1).max(CSV_LIMITS.handle) }),
    query: z.strictObject({ vendorId: id<'Vendor'>().optional(), vendor: slug.optional() }),
    reply: { status: 200, schema: productDetail },
    refusals: { PRODUCT_NOT_FOUND: 404 },
    publicCacheSeconds,
    handle: ({ actor, params, query }) =>
      answer(viewerOf(actor), {
        handle: params.handle,
        vendorId: query.vendorId,
        vendorSlug: query.vendor,
      }),
  });

  return [list, byId, byHandle];
}
