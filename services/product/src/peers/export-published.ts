import { productExportPublished } from '@mkt/contracts';
import { ok, type ProductId } from '@mkt/kernel';
import { type PeerHandler, peerHandler, platformScope } from '@mkt/service-kit';
import { snapshotOf } from '../domain/snapshot.ts';
import type { ProductContext } from '../operations/context.ts';
import { storedProduct } from '../operations/write-product.ts';

/**
 * Every published product, whatever its vendor's standing: who asks hears of suspensions itself,
 * and of reopenings, at which nothing is told again.
 */
export function exportPublished({ products }: ProductContext): PeerHandler {
  return peerHandler(productExportPublished, async ({ after, limit }) => {
    const found = await products.find(platformScope, {
      where: { status: 'published' },
      after: after ?? undefined,
      limit,
    });
    const last = found.length === limit ? found.at(-1) : undefined;
    return ok({
      products: found.map((stored) => snapshotOf(storedProduct(stored))),
      next: (last?.id as ProductId | undefined) ?? null,
    });
  });
}
