import { plainText } from './html.ts';
import { LIMITS } from './limits.ts';
import { STOP_WORDS, stem, words } from './tokenise.ts';
import type { IndexedProduct } from './types.ts';

interface Field {
  readonly weight: number;
  /** How much a longer field dilutes a word in it: 0 not at all, 1 in proportion. */
  readonly dilution: number;
  /** Words of an ordinary field. Fixed, so that scores do not depend on what else was indexed. */
  readonly ordinaryWords: number;
}

const FIELDS = {
  title: { weight: 8, dilution: 0.5, ordinaryWords: 5 },
  type: { weight: 4, dilution: 0.2, ordinaryWords: 2 },
  tags: { weight: 4, dilution: 0.4, ordinaryWords: 8 },
  vendor: { weight: 3, dilution: 0.2, ordinaryWords: 2 },
  options: { weight: 2, dilution: 0.2, ordinaryWords: 10 },
  description: { weight: 1, dilution: 0.5, ordinaryWords: 60 },
} as const satisfies Record<string, Field>;

/** Where a term's weight counts half of what it could at most. */
const SATURATION = 6;

/** The product's terms, each with its impact from 1 to 255. */
export function analyse(product: IndexedProduct): Map<string, number> {
  const weights = new Map<string, number>();
  const add = (field: Field, found: readonly string[]) => {
    const relativeLength = found.length / field.ordinaryWords;
    const weight = field.weight / (1 - field.dilution + field.dilution * relativeLength);
    for (const word of found) {
      const term = stem(word);
      weights.set(term, (weights.get(term) ?? 0) + weight);
    }
  };
  add(FIELDS.title, words(product.title.slice(0, LIMITS.titleLength)));
  add(FIELDS.type, words(product.type.slice(0, LIMITS.labelLength)));
  add(FIELDS.tags, words(clipped(product.tags, LIMITS.tags)));
  add(FIELDS.vendor, words(product.vendorName.slice(0, LIMITS.labelLength)));
  add(FIELDS.options, words(optionText(product)));
  add(FIELDS.description, descriptionWords(product.description));
  for (const [term, weight] of weights) weights.set(term, impact(weight));
  return weights;
}

function descriptionWords(description: string): string[] {
  const found = words(plainText(description), LIMITS.descriptionTokens);
  return found.filter((word) => !STOP_WORDS.has(word));
}

function optionText(product: IndexedProduct): string {
  const parts = product.options
    .slice(0, LIMITS.optionNames)
    .map((option) => `${option.name} ${clipped(option.values, LIMITS.optionValues)}`);
  return parts.join(' ');
}

function clipped(values: readonly string[], count: number): string {
  return values
    .slice(0, count)
    .map((value) => value.slice(0, LIMITS.labelLength))
    .join(' ');
}

function impact(weight: number): number {
  return Math.max(1, Math.round((255 * weight) / (weight + SATURATION)));
}
