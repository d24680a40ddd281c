import { id } from '@mkt/contracts';
import { ok, refuse, uuidv7 } from '@mkt/kernel';
import { type AnyRoute, route, vendorScope, versioned } from '@mkt/service-kit';
import { z } from 'zod';
import { changeProduct } from '../operations/change-product.ts';
import type { ProductContext } from '../operations/context.ts';
import { createProduct, refusingTakenHandles } from '../operations/create-product.ts';
import { showWritten } from '../operations/find-product.ts';
import { mayWrite, staffVendor } from './access.ts';
import { changesOf, contentChanges, contentOf, newContent } from './content-input.ts';
import { detailOf, productDetail } from './shown.ts';

/** Large enough for 100 variants with a long description. */
const maxProductBytes = 512 * 1024;

const contentRefusals = {
  HANDLE_TAKEN: 409,
  OPTION_REPEATED: 422,
  OPTION_VALUES_MISMATCH: 422,
  VARIANT_REPEATED: 422,
  VARIANT_NOT_FOUND: 422,
  TOO_MANY_VARIANTS: 422,
};

export function productRoutes(context: ProductContext): AnyRoute[] {
  const create = route({
    method: 'POST',
    path: '/v1/products',
    summary: 'Add a draft to the vendor’s catalogue',
    access: mayWrite,
    body: newContent,
    maxBodyBytes: maxProductBytes,
    reply: { status: 201, schema: productDetail },
    refusals: contentRefusals,
    handle: ({ actor, body, mutate }) => {
      const vendorId = staffVendor(actor);
      const content = contentOf(body, `product-${uuidv7().slice(-12)}`);
      return refusingTakenHandles(content.handle, () =>
        mutate(vendorScope(vendorId), async (tx) => {
          const created = await createProduct(context, tx, { vendorId, content });
          if (!created.ok) return created;
          const shown = await showWritten(tx, created.value);
          return ok(versioned(detailOf(shown, { kind: 'vendor' })));
        }),
      );
    },
  });

  const edit = route({
    method: 'PATCH',
    path: '/v1/products/:productId',
    summary: 'Change what a product says, if it is as the caller saw it (If-Match)',
    access: mayWrite,
    params: z.strictObject({ productId: id<'Product'>() }),
    body: contentChanges,
    maxBodyBytes: maxProductBytes,
    reply: { status: 200, schema: productDetail },
    refusals: { ...contentRefusals, PRODUCT_NOT_FOUND: 404, PRODUCT_INCOMPLETE: 409 },
    handle: async ({ actor, params, body, ifMatch, mutate }) => {
      if (ifMatch === undefined) return ifMatchRequired;
      const command = { type: 'update', changes: changesOf(body) } as const;
      return refusingTakenHandles(body.handle ?? '', () =>
        mutate(vendorScope(staffVendor(actor)), async (tx) => {
          const change = { productId: params.productId, command, ifMatch };
          const changed = await changeProduct(context, tx, change);
          if (!changed.ok) return changed;
          const shown = await showWritten(tx, changed.value);
          return ok(versioned(detailOf(shown, { kind: 'vendor' })));
        }),
      );
    },
  });

  return [create, edit];
}

const ifMatchRequired = refuse(
  'IF_MATCH_REQUIRED',
  'Send the version you edited as If-Match: it is the ETag of the product.',
);
