import { ok, type Refusal, type Result, refuse, type VariantId } from '@mkt/kernel';
import {
  type Content,
  type ContentInput,
  maxVariants,
  type Variant,
  type VariantInput,
} from './product.ts';

/** What a product needs before anybody may buy it. */
export function missingFrom(content: Pick<Content, 'title' | 'variants'>): string[] {
  return [
    ...(content.title === '' ? ['title'] : []),
    ...(content.variants.length === 0 ? ['variants'] : []),
    ...(content.variants.some((variant) => variant.priceMinor === 0) ? ['price'] : []),
  ];
}

/** Options and variants must tell the same story. */
export function checkContent(content: ContentInput): Result<void, Refusal> {
  const { options, variants } = content;
  if (distinct(options.map(folded)) < options.length) {
    return refuse('OPTION_REPEATED', 'Two options have the same name: give each its own.');
  }
  if (variants.length > maxVariants) {
    return refuse('TOO_MANY_VARIANTS', `A product has at most ${maxVariants} variants.`);
  }
  const uneven = variants.findIndex(({ optionValues }) => optionValues.length !== options.length);
  if (uneven >= 0) {
    return refuse(
      'OPTION_VALUES_MISMATCH',
      `Variant ${uneven + 1} needs one value for each of the ${options.length} options.`,
    );
  }
  if (
    distinct(variants.map(({ optionValues }) => keyOf(optionValues.map(folded)))) < variants.length
  ) {
    return refuse('VARIANT_REPEATED', 'Two variants have the same option values.');
  }
  return ok();
}

/**
 * Gives each variant the id it had: the one it names, else that of the variant with the same option
 * values, else with the same stock number. What is left over is new.
 */
export function identifyVariants(
  known: readonly Variant[],
  inputs: readonly VariantInput[],
  newVariantId: () => VariantId,
): Result<Variant[], Refusal> {
  const free = new Map(known.map((variant) => [variant.id, variant]));
  const ids = new Map<VariantInput, VariantId>();
  const take = (input: VariantInput, match: (variant: Variant) => boolean) => {
    if (ids.has(input)) return;
    const found = free.values().find(match);
    if (!found) return;
    free.delete(found.id);
    ids.set(input, found.id);
  };
  for (const input of inputs) {
    if (input.id === undefined) continue;
    take(input, (variant) => variant.id === input.id);
    if (!ids.has(input)) {
      return refuse('VARIANT_NOT_FOUND', 'The product has no such variant, or it is named twice.', {
        variantId: input.id,
      });
    }
  }
  for (const input of inputs) {
    const key = keyOf(input.optionValues);
    take(input, (variant) => keyOf(variant.optionValues) === key);
  }
  for (const input of inputs) {
    if (input.sku !== null) take(input, (variant) => variant.sku === input.sku);
  }
  return ok(inputs.map((input) => ({ ...input, id: ids.get(input) ?? newVariantId() })));
}

/** The option values joined, such as `Moss / Large`; null for the only form of a product. */
export function variantTitle(variant: Pick<Variant, 'optionValues'>): string | null {
  return variant.optionValues.length === 0 ? null : variant.optionValues.join(' / ');
}

/** Options with the values that variants have, in the order of their first use. */
export function optionsWithValues(
  content: Pick<Content, 'options' | 'variants'>,
): { name: string; values: string[] }[] {
  return content.options.map((name, place) => ({
    name,
    values: [...new Set(content.variants.map(({ optionValues }) => optionValues[place] ?? ''))],
  }));
}

function folded(text: string): string {
  return text.toLowerCase();
}

function keyOf(values: readonly string[]): string {
  return JSON.stringify(values);
}

function distinct(values: readonly string[]): number {
  return new Set(values).size;
}
