import { PRICE_STEPS } from './price-steps.ts';

interface CurrencyTotal {
  products: number;
  readonly byStep: Uint32Array;
}

/** The visible catalogue by stars and by price, kept right with every change. */
export class Totals {
  products = 0;
  /** By whole stars, 0 to 5. */
  readonly byStars = new Uint32Array(6);
  private readonly currencies = new Map<number, CurrencyTotal>();

  /** Adds (1) or takes away (-1) a product. */
  count(product: { stars: number; currency: number; priceStep: number }, change: 1 | -1): void {
    this.products += change;
    bump(this.byStars, product.stars, change);
    const total = this.ofCurrency(product.currency);
    total.products += change;
    bump(total.byStep, product.priceStep, change);
    if (total.products === 0) this.currencies.delete(product.currency);
    else this.currencies.set(product.currency, total);
  }

  byPriceStep(currency: number): Uint32Array {
    return this.ofCurrency(currency).byStep;
  }

  /** What most products are priced in; -1 while there are none. */
  mainCurrency(): number {
    let main = -1;
    let most = 0;
    for (const [currency, { products }] of this.currencies) {
      if (products > most || (products === most && currency < main)) {
        main = currency;
        most = products;
      }
    }
    return main;
  }

  private ofCurrency(currency: number): CurrencyTotal {
    return this.currencies.get(currency) ?? { products: 0, byStep: new Uint32Array(PRICE_STEPS) };
  }
}

export function bump(counts: Uint32Array, at: number, change: number): void {
  counts[at] = (counts[at] as number) + change;
}
