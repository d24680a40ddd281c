import { currency, id, money, quantity, shippingOption, version } from '@mkt/contracts';
import { z } from 'zod';
import type { CartPreview } from '../operations/preview.ts';

const line = z.strictObject({
  lineId: id<'CartLine'>(),
  variantId: id<'Variant'>(),
  quantity,
  /** `OUT_OF_STOCK`, `VENDOR_SUSPENDED` and the like; null when the line can be bought. */
  problem: z.string().nullable(),
  available: z.int().nullable(),
  vendorId: id<'Vendor'>().nullable(),
  productId: id<'Product'>().nullable(),
  title: z.string().nullable(),
  variantTitle: z.string().nullable(),
  imageSrc: z.string().nullable(),
  unitPrice: money.nullable(),
  discount: money.nullable(),
  payable: money.nullable(),
});

export const cartReply = z.strictObject({
  cartId: id<'Cart'>(),
  version,
  currency,
  /** The destination that tax and shipping were worked out for. */
  country: z.string(),
  lines: z.array(line),
  couponCodes: z.array(z.string()),
  coupons: z.array(z.strictObject({ code: z.string(), discount: money })),
  refusedCoupons: z.array(z.strictObject({ code: z.string(), reason: z.string() })),
  shipping: z.strictObject({
    options: z.array(
      z.strictObject({
        vendorId: id<'Vendor'>(),
        rateId: shippingOption.shape.rateId,
        name: z.string(),
        price: money,
        minDays: z.int(),
        maxDays: z.int(),
      }),
    ),
    unserved: z.array(id<'Vendor'>()),
  }),
  /** The lines that can be bought, without shipping. */
  goodsTotal: money,
});

export function cartReplyOf(preview: CartPreview, country: string): z.output<typeof cartReply> {
  const { cart, quote, shipping } = preview;
  const inCurrency = (amountMinor: number) => ({ amountMinor, currency: cart.currency });
  return {
    cartId: cart.cartId,
    version: cart.version,
    currency: cart.currency,
    country,
    lines: preview.lines.map(
      ({ item, lineId, variantId, quantity: units, problem, available }) => ({
        lineId,
        variantId,
        quantity: units,
        problem,
        available,
        vendorId: item?.vendorId ?? null,
        productId: item?.productId ?? null,
        title: item?.title ?? null,
        variantTitle: item?.variantTitle ?? null,
        imageSrc: item?.imageSrc ?? null,
        unitPrice: item ? inCurrency(item.unitAmountMinor) : null,
        discount: item ? inCurrency(item.discountMinor) : null,
        payable: item ? inCurrency(item.payableMinor) : null,
      }),
    ),
    couponCodes: [...cart.couponCodes],
    coupons: quote.coupons.map(({ code, discountMinor }) => ({
      code,
      discount: inCurrency(discountMinor),
    })),
    refusedCoupons: quote.refusedCoupons,
    shipping: {
      unserved: shipping.unserved,
      options: shipping.options.map(({ amountMinor, ...option }) => ({
        ...option,
        price: inCurrency(amountMinor),
      })),
    },
    goodsTotal: inCurrency(quote.totalMinor),
  };
}
