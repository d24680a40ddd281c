import { type Clock, type Err, newId, type Refusal, refuse, type VendorId } from '@mkt/kernel';
import type { Database, Scope } from '@mkt/service-kit';
import type { DecisionContext } from '../domain/lifecycle.ts';
import type { MediaFiles } from '../store/media-files.ts';
import type { ProductDocuments } from '../store/products.ts';
import type { RenditionFiles } from '../store/rendition-files.ts';

/** What operations work with. */
export interface ProductContext {
  readonly db: Database;
  readonly products: ProductDocuments;
  readonly media: MediaFiles;
  readonly renditions: Pick<RenditionFiles, 'read'>;
  readonly clock: Clock;
}

/** Who looks at products: everybody, the vendor's own people, or an operator. */
export type Viewer =
  | { readonly kind: 'public' }
  | { readonly kind: 'vendor'; readonly vendorId: VendorId; readonly scope: Scope }
  | { readonly kind: 'operator'; readonly scope: Scope };

export function decisionContext(clock: Clock): DecisionContext {
  return { now: clock.now(), newVariantId: () => newId<'Variant'>() };
}

export const productNotFound: Err<Refusal> = refuse(
  'PRODUCT_NOT_FOUND',
  'There is no such product.',
);

export const changedMeanwhile: Err<Refusal> = refuse(
  'VERSION_CONFLICT',
  'The product was changed by someone else meanwhile: load it again.',
);
