import { z } from 'zod';
import { productSnapshot } from '../events/discovery.ts';
import { id } from '../fields.ts';
import { definePeer } from '../peer.ts';

/** Pages through every published product, for a rebuild of the search index. */
export const productExportPublished = definePeer({
  name: 'product.exportPublished',
  request: z.strictObject({
    after: id<'Product'>().nullable(),
    limit: z.int().min(1).max(500),
  }),
  reply: z.strictObject({
    products: z.array(productSnapshot),
    next: id<'Product'>().nullable(),
  }),
  idempotent: true,
});
