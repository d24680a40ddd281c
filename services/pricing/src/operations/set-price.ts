import {
  type CurrencyCode,
  ok,
  type Refusal,
  type Result,
  refuse,
  type VariantId,
  type VendorId,
} from '@mkt/kernel';
import type { Tx } from '@mkt/service-kit';
import { lockProduct, refreshOffer } from '../store/offers.ts';
import { findOwnPrice, findProductOf, type OwnPrice, saveOwnPrice } from '../store/prices.ts';

export interface PriceChange {
  readonly variantId: VariantId;
  readonly vendorId: VendorId;
  readonly currency: CurrencyCode;
  /** Null returns to the product's own price; undefined leaves it. */
  readonly listMinor: number | null | undefined;
  /** Null ends a sale; undefined leaves it. */
  readonly sale:
    | {
        readonly amountMinor: number;
        readonly startsAt: Date | null;
        readonly endsAt: Date | null;
      }
    | null
    | undefined;
  /** The version that the caller saw; 0: none yet. */
  readonly expectedVersion: number | undefined;
}

export interface PriceSet {
  readonly price: OwnPrice;
  /** When the sale starts or ends next. */
  readonly nextChangeAt: Date | null;
}

/** Sets what a vendor asks for a variant, and tells where the product's lowest price changed. */
export async function setPrice(
  tx: Tx,
  change: PriceChange,
  now: Date,
): Promise<Result<PriceSet, Refusal>> {
  const { variantId, currency, expectedVersion } = change;
  const productId = await findProductOf(tx, variantId);
  if (!productId) return refuse('VARIANT_NOT_FOUND', 'You sell no such variant.');
  await lockProduct(tx, productId);
  const before = await findOwnPrice(tx, variantId, currency);
  if (expectedVersion !== undefined && expectedVersion !== before.version) {
    return refuse('VERSION_CONFLICT', 'The price was changed meanwhile: read it again.');
  }
  const price = applied(before, change);
  await saveOwnPrice(tx, change, price);
  return ok({ price, nextChangeAt: await refreshOffer(tx, productId, now) });
}

function applied(before: OwnPrice, { listMinor, sale }: PriceChange): OwnPrice {
  return {
    ...before,
    ...(listMinor === undefined ? {} : { listMinor }),
    ...(sale === undefined
      ? {}
      : {
          saleMinor: sale?.amountMinor ?? null,
          saleStartsAt: sale?.startsAt ?? null,
          saleEndsAt: sale?.endsAt ?? null,
        }),
    version: before.version + 1,
  };
}
