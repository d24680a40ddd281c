import { ok, type Result, refuse } from '@mkt/kernel';
import { analyse } from './analyse.ts';
import { currencyNumber } from './columns.ts';
import { LIMITS } from './limits.ts';
import type { IndexedProduct, IndexRefusal, ProductOption } from './types.ts';
import { valueKey, valueLabel } from './value-dictionary.ts';

/** A product ready to be stored. */
export interface Entry {
  readonly productId: string;
  readonly version: number;
  readonly vendorId: string;
  readonly vendorName: string;
  /** Empty for none. */
  readonly type: string;
  readonly tags: readonly string[];
  readonly options: readonly (readonly [name: string, value: string])[];
  readonly priceMinor: number;
  /** NaN for none. */
  readonly compareAtMinor: number;
  readonly currency: number;
  readonly publishedAtMs: number;
  readonly rating: number;
  readonly ratingCount: number;
  readonly inStock: boolean;
  /** What is shown and never searched, as bytes. */
  readonly card: Uint8Array;
}

/** With the words it is found by. */
export interface AnalysedEntry extends Entry {
  readonly terms: ReadonlyMap<string, number>;
}

export function toEntry(product: IndexedProduct): Result<AnalysedEntry, IndexRefusal> {
  const fault = faultOf(product);
  if (fault !== undefined) {
    return refuse('INVALID_DOCUMENT', `The product cannot be indexed: ${fault}.`, {
      productId: product.productId.slice(0, LIMITS.idLength),
    }) as Result<never, IndexRefusal>;
  }
  return ok({
    productId: product.productId,
    version: product.version,
    vendorId: product.vendorId,
    vendorName: valueLabel(product.vendorName),
    type: valueLabel(product.type),
    tags: distinct(product.tags.slice(0, LIMITS.tags)),
    options: optionPairs(product.options),
    priceMinor: product.priceMinor,
    compareAtMinor: product.compareAtMinor ?? Number.NaN,
    currency: currencyNumber(product.currency),
    publishedAtMs: Date.parse(product.publishedAt),
    rating: Math.round(product.ratingAverage * 100),
    ratingCount: product.ratingCount,
    inStock: product.inStock,
    card: encodeCard(product),
    terms: analyse(product),
  });
}

export const isAmount = (value: number) => Number.isSafeInteger(value) && value >= 0;

export const isRating = (average: number, count: number) =>
  average >= 0 && average <= 5 && isAmount(count) && count <= 0xffff_ffff;

function faultOf(product: IndexedProduct): string | undefined {
  const isId = (id: string) => id.length > 0 && id.length <= LIMITS.idLength;
  if (!isId(product.productId)) return 'its id is empty or too long';
  if (!isId(product.vendorId)) return "its vendor's id is empty or too long";
  if (!isAmount(product.version)) return 'its version is not a whole number';
  if (!isAmount(product.priceMinor)) return 'its price is not a whole number of minor units';
  const compareAt = product.compareAtMinor;
  if (compareAt !== undefined && !isAmount(compareAt)) return 'its former price is not an amount';
  if (currencyNumber(product.currency) < 0) return 'its currency is not an ISO 4217 code';
  if (!isRating(product.ratingAverage, product.ratingCount)) return 'its rating is out of range';
  if (!(Date.parse(product.publishedAt) >= 0)) return 'its publication time is not a time';
  return undefined;
}

function distinct(values: readonly string[]): string[] {
  const byKey = new Map<string, string>();
  for (const value of values) {
    const key = valueKey(value);
    if (key !== '' && !byKey.has(key)) byKey.set(key, valueLabel(value));
  }
  return [...byKey.values()];
}

function optionPairs(options: readonly ProductOption[]): (readonly [string, string])[] {
  const byKey = new Map<string, readonly [string, string]>();
  for (const { name, values } of options.slice(0, LIMITS.optionNames)) {
    for (const value of values.slice(0, LIMITS.optionValues)) {
      const pair = [valueLabel(name), valueLabel(value)] as const;
      const key = JSON.stringify(pair.map(valueKey));
      if (pair[0] !== '' && pair[1] !== '' && !byKey.has(key)) byKey.set(key, pair);
    }
  }
  return [...byKey.values()];
}

export interface Card {
  readonly handle: string;
  readonly title: string;
  readonly image?: { readonly src: string; readonly alt: string };
}

function encodeCard({ handle, title, image }: Card): Uint8Array {
  const fields = [handle.slice(0, LIMITS.titleLength), title.slice(0, LIMITS.titleLength)];
  if (image !== undefined && image.src.length <= LIMITS.urlLength) {
    fields.push(image.src, image.alt.slice(0, LIMITS.titleLength));
  }
  return Buffer.from(JSON.stringify(fields));
}

export function decodeCard(card: Uint8Array): Card {
  const text = Buffer.from(card.buffer, card.byteOffset, card.byteLength).toString();
  const [handle = '', title = '', src, alt = ''] = JSON.parse(text) as string[];
  return { handle, title, ...(src !== undefined && { image: { src, alt } }) };
}
