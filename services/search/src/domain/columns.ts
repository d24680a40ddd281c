import { enlarged } from './list-pool.ts';

/** The type of a product without one. */
export const NO_TYPE = 0xffff_ffff;

/** The numbers of each product, by slot. */
export class Columns {
  version = new Float64Array(16);
  priceMinor = new Float64Array(16);
  /** NaN where there is none. */
  compareAtMinor = new Float64Array(16);
  publishedAtMs = new Float64Array(16);
  vendor = new Uint32Array(16);
  type = new Uint32Array(16);
  ratingCount = new Uint32Array(16);
  currency = new Uint16Array(16);
  /** Hundredths of a star. */
  rating = new Uint16Array(16);
  priceStep = new Uint8Array(16);

  get capacity(): number {
    return this.version.length;
  }

  reserve(slots: number): void {
    if (slots <= this.capacity) return;
    const room = Math.max(slots, this.capacity + (this.capacity >> 2) + 16);
    this.version = enlarged(this.version, new Float64Array(room));
    this.priceMinor = enlarged(this.priceMinor, new Float64Array(room));
    this.compareAtMinor = enlarged(this.compareAtMinor, new Float64Array(room));
    this.publishedAtMs = enlarged(this.publishedAtMs, new Float64Array(room));
    this.vendor = enlarged(this.vendor, new Uint32Array(room));
    this.type = enlarged(this.type, new Uint32Array(room));
    this.ratingCount = enlarged(this.ratingCount, new Uint32Array(room));
    this.currency = enlarged(this.currency, new Uint16Array(room));
    this.rating = enlarged(this.rating, new Uint16Array(room));
    this.priceStep = enlarged(this.priceStep, new Uint8Array(room));
  }

  /** An independent copy, for reading only. */
  frozen(): Columns {
    const copy = new Columns();
    Object.assign(
      copy,
      Object.fromEntries(
        Object.entries(this).map(([name, column]) => [name, (column as Uint8Array).slice()]),
      ),
    );
    return copy;
  }
}

const A = 65;

/** 'EUR' as a number below 26³, ordered like the codes; -1 for what is no code. */
export function currencyNumber(code: string): number {
  if (!/^[A-Z]{3}$/.test(code)) return -1;
  const digit = (at: number) => code.charCodeAt(at) - A;
  return (digit(0) * 26 + digit(1)) * 26 + digit(2);
}

export function currencyCode(number: number): string {
  return String.fromCharCode(
    A + Math.floor(number / 676),
    A + (Math.floor(number / 26) % 26),
    A + (number % 26),
  );
}
