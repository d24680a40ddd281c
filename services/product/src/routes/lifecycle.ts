import { id, text } from '@mkt/contracts';
import { ok } from '@mkt/kernel';
import {
  type Access,
  type AnyRoute,
  platformScope,
  type RouteRequest,
  route,
  vendorScope,
  versioned,
} from '@mkt/service-kit';
import { z } from 'zod';
import { changeProduct, type ProductCommand } from '../operations/change-product.ts';
import type { ProductContext } from '../operations/context.ts';
import { showWritten } from '../operations/find-product.ts';
import { mayWrite, staffVendor } from './access.ts';
import { detailOf, productDetail } from './shown.ts';

const params = z.strictObject({ productId: id<'Product'>() });
const reasonBody = z.strictObject({ reason: text(1_000) });
const refusals = {
  PRODUCT_NOT_FOUND: 404,
  PRODUCT_STATE: 409,
  PRODUCT_INCOMPLETE: 409,
  VENDOR_NOT_APPROVED: 409,
};

type Step = Pick<
  RouteRequest<z.output<typeof params>, undefined, unknown>,
  'actor' | 'params' | 'ifMatch' | 'mutate'
>;

/** The steps in a product's life, each safe to send again: where it is already, it stays. */
export function lifecycleRoutes(context: ProductContext): AnyRoute[] {
  const carryOut = (by: 'vendor' | 'operator', command: ProductCommand, request: Step) => {
    const { actor, params, ifMatch, mutate } = request;
    const scope = by === 'vendor' ? vendorScope(staffVendor(actor)) : platformScope;
    return mutate(scope, async (tx) => {
      const change = { productId: params.productId, command, ifMatch };
      const changed = await changeProduct(context, tx, change);
      if (!changed.ok) return changed;
      return ok(versioned(detailOf(await showWritten(tx, changed.value), { kind: by })));
    });
  };

  const step = (
    name: 'submit' | 'publish' | 'archive' | 'unarchive' | 'approve',
    summary: string,
    access: Access = mayWrite,
  ) =>
    route({
      method: 'POST',
      path: `/v1/products/:productId/${name}`,
      summary,
      access,
      params,
      reply: { status: 200, schema: productDetail },
      refusals,
      handle: (request) =>
        carryOut(access === 'operator' ? 'operator' : 'vendor', { type: name }, request),
    });

  const turnBack = (name: string, type: 'requestChanges' | 'reject', summary: string) =>
    route({
      method: 'POST',
      path: `/v1/products/:productId/${name}`,
      summary,
      access: 'operator',
      params,
      body: reasonBody,
      reply: { status: 200, schema: productDetail },
      refusals,
      handle: (request) => carryOut('operator', { type, reason: request.body.reason }, request),
    });

  return [
    step('submit', 'Hand a product in for review'),
    step('publish', 'Put an approved product on sale'),
    step('archive', 'Take a product off sale and out of the way'),
    step('unarchive', 'Make an archived product a draft again'),
    step(
      'approve',
      'Approve a submitted product, which puts it on sale if its vendor asked so',
      'operator',
    ),
    turnBack(
      'request-changes',
      'requestChanges',
      'Send a product back to its vendor, with the reason',
    ),
    turnBack('reject', 'reject', 'Reject a product, with the reason'),
  ];
}
