import {
  inventoryAvailability,
  pricingQuote,
  type Quote,
  type QuoteItem,
  type ReplyOf,
  shippingQuote,
} from '@mkt/contracts';
import { assert, type Refusal, type Result, type VendorId } from '@mkt/kernel';
import type { Peers } from '@mkt/service-kit';
import type { Cart } from '../domain/cart.ts';

export interface LinePreview {
  readonly lineId: Cart['lines'][number]['lineId'];
  readonly variantId: Cart['lines'][number]['variantId'];
  readonly quantity: number;
  /** Null where the line cannot be bought now; it heals by itself when the reason ends. */
  readonly item: QuoteItem | null;
  readonly problem: string | null;
  /** Units that could be ordered now; null where stock is not counted or not known. */
  readonly available: number | null;
}

/** What a quote says of a cart. */
type PricedCart = Omit<Quote, 'terms'>;

export interface CartPreview {
  readonly cart: Cart;
  readonly lines: readonly LinePreview[];
  readonly quote: PricedCart;
  readonly shipping: ReplyOf<typeof shippingQuote>;
}

/** What the cart costs now. Nothing of it is stored: it is asked for again at every look. */
export async function previewCart(peers: Peers, cart: Cart, country: string): Promise<CartPreview> {
  const [quoted, available] = await Promise.all([
    quoteCart(peers, cart, country),
    availabilityOf(peers, cart),
  ]);
  const quote: PricedCart = quoted.ok ? quoted.value : unpriced(cart, quoted.error);
  const shipping = await shippingFor(peers, quote, country);
  const items = new Map(quote.items.map((item) => [item.itemId, item]));
  const reasons = new Map(quote.unavailable.map(({ itemId, reason }) => [itemId, reason]));
  const lines = cart.lines.map((line) => {
    const units = available.get(line.variantId) ?? null;
    const short = units !== null && units < line.quantity;
    const soldOut = units !== null && units <= 0;
    const problem =
      reasons.get(line.lineId) ?? (soldOut ? 'OUT_OF_STOCK' : short ? 'INSUFFICIENT_STOCK' : null);
    return {
      ...line,
      item: items.get(line.lineId) ?? null,
      problem,
      available: units === null ? null : Math.max(0, units),
    };
  });
  return { cart, lines, quote, shipping };
}

function quoteCart(peers: Peers, cart: Cart, country: string): Promise<Result<Quote, Refusal>> {
  return peers.call(pricingQuote, {
    currency: cart.currency,
    country,
    shopperId: cart.ownerId,
    lines: cart.lines.map((line) => ({ ...line })),
    shipping: [],
    couponCodes: [...cart.couponCodes],
  });
}

/** A cart that is too dear to be priced is still shown, so that the shopper can change it. */
function unpriced(cart: Cart, refusal: Refusal): PricedCart {
  return {
    currency: cart.currency,
    items: [],
    coupons: [],
    refusedCoupons: [],
    unavailable: cart.lines.map(({ lineId }) => ({ itemId: lineId, reason: refusal.code })),
    totalMinor: 0,
  };
}

/** Variants that are counted, with what is left. Backorders have no limit. */
async function availabilityOf(peers: Peers, cart: Cart): Promise<ReadonlyMap<string, number>> {
  if (cart.lines.length === 0) return new Map();
  const asked = await peers.call(inventoryAvailability, {
    variantIds: cart.lines.map(({ variantId }) => variantId),
  });
  assert(asked.ok, 'Availability is never refused');
  const known = asked.value.variants.filter(({ backorder }) => !backorder);
  return new Map(known.map(({ variantId, available }) => [variantId, available]));
}

async function shippingFor(
  peers: Peers,
  quote: PricedCart,
  country: string,
): Promise<ReplyOf<typeof shippingQuote>> {
  const parcels = parcelsOf(quote.items);
  const parts: ReplyOf<typeof shippingQuote>[] = [];
  for (let from = 0; from < parcels.length; from += maxParcels) {
    const asked = {
      country,
      currency: quote.currency,
      parcels: parcels.slice(from, from + maxParcels),
    };
    const quoted = await peers.call(shippingQuote, asked);
    assert(quoted.ok, 'A shipping quote names who is unserved instead of refusing');
    parts.push(quoted.value);
  }
  return {
    options: parts.flatMap(({ options }) => options),
    unserved: parts.flatMap(({ unserved }) => unserved),
  };
}

/** What one shipping quote may ask for; a cart of a hundred lines can have more vendors. */
const maxParcels = 50;

/** One parcel per vendor, of what has to be shipped. */
function parcelsOf(items: readonly QuoteItem[]) {
  const shipped = items.filter(({ kind, requiresShipping }) => kind === 'line' && requiresShipping);
  return [...Map.groupBy(shipped, ({ vendorId }) => vendorId)].map(([vendorId, lines]) => ({
    vendorId: vendorId as VendorId,
    grams: lines.reduce((sum, { grams, quantity }) => sum + grams * quantity, 0),
    goodsMinor: lines.reduce(
      (sum, { baseMinor, discountMinor }) => sum + baseMinor - discountMinor,
      0,
    ),
  }));
}
