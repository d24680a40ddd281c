/** A variant's price in one currency as stored: the product's own, or what the vendor set here. */
export interface StoredPrice {
  readonly listMinor: number | null;
  readonly compareAtMinor: number | null;
  readonly saleMinor: number | null;
  readonly saleStartsAt: Date | null;
  readonly saleEndsAt: Date | null;
}

export interface EffectivePrice {
  readonly unitMinor: number;
  /** The price it is reduced from, where it is. */
  readonly compareAtMinor: number | null;
}

/** What a shopper pays now; null where the variant has no price in the currency. */
export function effectivePrice(price: StoredPrice, now: Date): EffectivePrice | null {
  if (isOnSale(price, now) && price.saleMinor !== null) {
    const from = price.listMinor ?? price.compareAtMinor;
    return { unitMinor: price.saleMinor, compareAtMinor: reducedFrom(price.saleMinor, from) };
  }
  if (price.listMinor === null) return null;
  return {
    unitMinor: price.listMinor,
    compareAtMinor: reducedFrom(price.listMinor, price.compareAtMinor),
  };
}

/** A sale counts from its start up to, and not including, its end. */
export function isOnSale(price: StoredPrice, now: Date): boolean {
  if (price.saleMinor === null) return false;
  const begun = price.saleStartsAt === null || price.saleStartsAt <= now;
  return begun && (price.saleEndsAt === null || now < price.saleEndsAt);
}

/** When the price changes by itself next. */
export function nextChangeAt(prices: readonly StoredPrice[], now: Date): Date | null {
  const moments = prices
    .filter(({ saleMinor }) => saleMinor !== null)
    .flatMap(({ saleStartsAt, saleEndsAt }) => [saleStartsAt, saleEndsAt])
    .filter((moment): moment is Date => moment !== null && moment > now);
  return moments.reduce<Date | null>(
    (first, moment) => (first === null || moment < first ? moment : first),
    null,
  );
}

/** The lowest price over a product's variants. */
export function lowestPrice(prices: readonly StoredPrice[], now: Date): EffectivePrice | null {
  return prices
    .map((price) => effectivePrice(price, now))
    .reduce<EffectivePrice | null>(
      (low, price) => (price && (!low || price.unitMinor < low.unitMinor) ? price : low),
      null,
    );
}

/** A "reduced from" that is not above the price would mislead. */
function reducedFrom(unitMinor: number, from: number | null): number | null {
  return from !== null && from > unitMinor ? from : null;
}
