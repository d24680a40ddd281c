import type { ParsedRequestOf, pricingQuote, Quote, QuoteItem } from '@mkt/contracts';
import { assert, ok, type Refusal, type Result, type VariantId, type VendorId } from '@mkt/kernel';
import { checkQuoteInput } from '../domain/check-quote-input.ts';
import { type EffectivePrice, effectivePrice } from '../domain/effective-price.ts';
import { quote } from '../domain/quote.ts';
import type { Coupon, QuotedItem } from '../domain/types.ts';
import type { CouponFacts, OfferFacts, QuoteFacts } from '../store/quote-facts.ts';

type Request = ParsedRequestOf<typeof pricingQuote>;
type Line = Request['lines'][number];

interface PricedLine {
  readonly line: Line;
  readonly offer: OfferFacts;
  readonly price: EffectivePrice;
}

/**
 * Prices what can be bought and names what cannot; pure, so that a quote can be checked again.
 * Refuses a cart that comes to more than can be paid at once, or that names an item twice.
 */
export function makeQuote(request: Request, facts: QuoteFacts, now: Date): Result<Quote, Refusal> {
  const { priced, unavailable } = priceLines(request, facts, now);
  const { usable, refused } = sortCoupons(request, facts.coupons, now);
  const { taxMode, marketplaceFundingTaxed } = facts.terms;
  const vendors = new Set(priced.map(({ offer }) => offer.vendorId));
  const input = checkQuoteInput({
    currency: request.currency,
    taxMode,
    marketplaceFundingTaxed,
    taxRatesPpm: ratesFor(facts.taxRatesPpm, priced),
    lines: priced.map(({ line, offer, price }) => ({
      id: line.lineId,
      vendor: offer.vendorId,
      unitAmount: price.unitMinor,
      quantity: line.quantity,
      taxCategory: offer.taxCategory,
    })),
    shipping: request.shipping
      .filter(({ vendorId }) => vendors.has(vendorId))
      .map(({ vendorId, amountMinor }) => ({ vendor: vendorId, amount: amountMinor })),
    coupons: usable.map(couponTerms),
  });
  if (!input.ok) return input;
  const output = quote(input.value);
  const offers = new Map<string, OfferFacts>(priced.map(({ line, offer }) => [line.lineId, offer]));
  return ok({
    currency: request.currency,
    terms: facts.terms,
    items: output.items.map((item) => itemOf(item, offers.get(item.id))),
    coupons: output.coupons.map(({ code, scope, amount }) => ({
      code,
      vendorId: scope === marketplaceScope ? null : (scope as VendorId),
      discountMinor: amount,
    })),
    refusedCoupons: [...refused, ...output.refusedCoupons],
    unavailable,
    totalMinor: output.total,
  });
}

const marketplaceScope = 'marketplace';

function priceLines(request: Request, facts: QuoteFacts, now: Date) {
  const offers = new Map<VariantId, OfferFacts>(
    facts.offers.map((offer) => [offer.variantId, offer]),
  );
  const priced: PricedLine[] = [];
  const unavailable: Quote['unavailable'] = [];
  for (const line of request.lines) {
    const offer = offers.get(line.variantId);
    const price = offer ? effectivePrice(offer, now) : null;
    const reason = reasonAgainst(offer, price);
    if (offer && price && !reason) priced.push({ line, offer, price });
    else unavailable.push({ itemId: line.lineId, reason: reason ?? 'PRODUCT_NOT_FOUND' });
  }
  return { priced, unavailable };
}

function reasonAgainst(offer: OfferFacts | undefined, price: EffectivePrice | null): string | null {
  if (!offer) return 'PRODUCT_NOT_FOUND';
  if (!offer.vendorOpen) return 'VENDOR_SUSPENDED';
  if (!offer.buyable) return 'PRODUCT_NOT_PUBLISHED';
  return price ? null : 'CURRENCY_NOT_OFFERED';
}

/** Rules that depend on time and counters; what depends on the lines is the domain's. */
function sortCoupons(request: Request, known: readonly CouponFacts[], now: Date) {
  const byCode = new Map(known.map((coupon) => [coupon.code.toUpperCase(), coupon]));
  const usable: CouponFacts[] = [];
  const refused: Quote['refusedCoupons'] = [];
  for (const code of new Set(request.couponCodes.map((entered) => entered.toUpperCase()))) {
    const coupon = byCode.get(code);
    const reason = coupon ? reasonAgainstCoupon(coupon, request, now) : 'COUPON_UNKNOWN';
    if (coupon && !reason) usable.push(coupon);
    else refused.push({ code, reason: reason ?? 'COUPON_UNKNOWN' });
  }
  return { usable, refused };
}

function reasonAgainstCoupon(coupon: CouponFacts, request: Request, now: Date): string | null {
  const begun = coupon.startsAt === null || coupon.startsAt <= now;
  if (!begun || (coupon.endsAt !== null && coupon.endsAt <= now)) return 'COUPON_NOT_ACTIVE';
  const countsMoney = coupon.kind === 'fixed' || coupon.minimumMinor !== null;
  if (countsMoney && coupon.currency !== request.currency) {
    return 'COUPON_NOT_APPLICABLE';
  }
  if (coupon.usageLimit !== null && coupon.used >= coupon.usageLimit) return 'COUPON_EXHAUSTED';
  const limit = coupon.perShopperLimit;
  if (limit !== null && request.shopperId !== null && coupon.usedByShopper >= limit) {
    return 'COUPON_LIMIT_REACHED';
  }
  return null;
}

function couponTerms(coupon: CouponFacts): Coupon {
  const terms = {
    code: coupon.code.toUpperCase(),
    scope: coupon.vendorId ?? marketplaceScope,
    vendorFundedPpm: coupon.vendorFundedPpm,
    ...(coupon.minimumMinor === null ? {} : { minimumAmount: coupon.minimumMinor }),
  };
  switch (coupon.kind) {
    case 'percentage':
      assert(coupon.ratePpm !== null, 'A percentage coupon has a rate');
      return { ...terms, kind: 'percentage', ratePpm: coupon.ratePpm };
    case 'fixed':
      assert(coupon.amountMinor !== null, 'A fixed coupon has an amount');
      return { ...terms, kind: 'fixed', amount: coupon.amountMinor };
    default:
      return { ...terms, kind: 'freeShipping' };
  }
}

/** What a vendor sells untaxed; no country has to list it. */
const untaxed = 'exempt';

/** A category that a country does not list counts as its standard one; no tax country: 0. */
function ratesFor(rates: QuoteFacts['taxRatesPpm'], priced: readonly PricedLine[]) {
  const categories = new Set([...priced.map(({ offer }) => offer.taxCategory), 'shipping']);
  const standard = rates.standard ?? 0;
  return Object.fromEntries(
    [...categories].map((category) => [
      category,
      rates[category] ?? (category === untaxed ? 0 : standard),
    ]),
  );
}

function itemOf(item: QuotedItem, offer: OfferFacts | undefined): QuoteItem {
  return {
    itemId: item.id,
    kind: item.kind,
    vendorId: item.vendor as VendorId,
    productId: offer?.productId ?? null,
    variantId: offer?.variantId ?? null,
    sku: offer?.sku ?? null,
    title: offer?.title ?? 'Shipping',
    variantTitle: offer?.variantTitle ?? null,
    imageSrc: offer?.imageSrc ?? null,
    grams: offer?.grams ?? 0,
    requiresShipping: offer?.requiresShipping ?? false,
    quantity: item.quantity,
    unitAmountMinor: item.unitAmount,
    baseMinor: item.base,
    discountMinor: item.discount,
    vendorFundedMinor: item.vendorFunded,
    marketplaceFundedMinor: item.marketplaceFunded,
    netMinor: item.net,
    taxMinor: item.tax,
    taxRatePpm: item.taxRatePpm,
    taxCategory: item.taxCategory,
    payableMinor: item.payable,
    coupons: item.coupons.map(({ code, discount, vendorFunded }) => ({
      code,
      discountMinor: discount,
      vendorFundedMinor: vendorFunded,
    })),
  };
}
