import {
  type Quote,
  type QuoteItem,
  type ReplyOf,
  inventoryAvailability,
  pricingQuote,
  shippingQuote,
} from '@mkt/contracts';
import { type VendorId, assert } from '@mkt/kernel';
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

export interface CartPreview {
  readonly cart: Cart;
  readonly lines: readonly LinePreview[];
  readonly quote: Quote;
  readonly shipping: ReplyOf<typeof shippingQuote>;
}

/** What the cart costs now. Nothing of it is stored: it is asked for again at every look. */
export async function previewCart(peers: Peers, cart: Cart, country: string): Promise<CartPreview> {
  const [quote, available] = await Promise.all([
    quoteCart(peers, cart, country),
    availabilityOf(peers, cart),
  ]);
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

async function quoteCart(peers: Peers, cart: Cart, country: string): Promise<Quote> {
  const quoted = await peers.call(pricingQuote, {
    currency: cart.currency,
    country,
    shopperId: cart.ownerId,
    lines: cart.lines.map((line) => ({ ...line })),
    shipping: [],
    couponCodes: [...cart.couponCodes],
  });
  assert(quoted.ok, 'A quote names what cannot be bought instead of refusing');
  return quoted.value;
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
  quote: Quote,
  country: string,
): Promise<ReplyOf<typeof shippingQuote>> {
  const parcels = parcelsOf(quote.items);
  if (parcels.length === 0) return { options: [], unserved: [] };
  const quoted = await peers.call(shippingQuote, {
    country,
    currency: quote.currency,
    parcels,
  });
  assert(quoted.ok, 'A shipping quote names who is unserved instead of refusing');
  return quoted.value;
}

/** One parcel per vendor, of what has to be shipped. */
function parcelsOf(items: readonly QuoteItem[]) {
  const shipped = items.filter(({ kind, requiresShipping }) => kind === 'line' && requiresShipping);
  return [...Map.groupBy(shipped, ({ vendorId }) => vendorId)].map(([vendorId, lines]) => ({
    vendorId: vendorId as VendorId,
    grams: lines.reduce((sum, { grams, quantity }) => sum + grams * quantity, 0),
    goodsMinor: lines.reduce((sum, { baseMinor, discountMinor }) => sum + baseMinor - discountMinor, 0),
  }));
}
