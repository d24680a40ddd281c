import type { Catalogue } from './catalogue.ts';
import { LIMITS } from './limits.ts';
import type { Searcher } from './searcher.ts';
import { fold, words } from './tokenise.ts';
import type { Suggestion } from './types.ts';
import type { ValueDictionary } from './value-dictionary.ts';

/**
 * Completions of what a shopper is typing: at most half kinds, vendors and tags of which a word
 * begins like it, then products. Typing errors are forgiven as in a search.
 */
export function suggest(
  catalogue: Catalogue,
  searcher: Searcher,
  { prefix, limit }: { prefix: string; limit: number },
): Suggestion[] {
  const wanted = Math.min(Math.max(0, Math.floor(limit)), LIMITS.suggestions);
  const typed = fold(prefix.slice(0, LIMITS.queryLength)).replace(/\s+/g, ' ').trim();
  if (words(typed, 1).length === 0 || !(wanted > 0)) return [];
  const facets = [
    ...valuesLike(catalogue.types, typed, 'type'),
    ...valuesLike(catalogue.vendors, typed, 'vendor'),
    ...valuesLike(catalogue.tags, typed, 'tag'),
  ];
  const kinds = distinct(facets.sort(byUse)).slice(0, Math.ceil(wanted / 2));
  const products = productsLike(searcher, prefix, wanted);
  return distinct([...kinds, ...products]).slice(0, wanted);
}

function productsLike(searcher: Searcher, prefix: string, limit: number): Suggestion[] {
  const found = searcher.search({ text: prefix, limit, facets: false });
  if (!found.ok) return [];
  return found.value.hits.map(({ title, productId, handle }) => ({
    kind: 'product',
    text: title,
    value: productId,
    handle,
    count: 1,
  }));
}

function valuesLike(
  dictionary: ValueDictionary,
  typed: string,
  kind: 'type' | 'vendor' | 'tag',
): Suggestion[] {
  const found: Suggestion[] = [];
  for (let id = 0; id < dictionary.size; id += 1) {
    const count = dictionary.visible[id] as number;
    const text = dictionary.labels[id] as string;
    if (count === 0 || !hasWordLike(fold(text), typed)) continue;
    found.push({
      kind,
      text,
      value: kind === 'vendor' ? (dictionary.keys[id] as string) : text,
      count,
    });
  }
  return found;
}

function hasWordLike(label: string, typed: string): boolean {
  return label.startsWith(typed) || label.includes(` ${typed}`) || label.includes(`-${typed}`);
}

const RANK = { type: 0, vendor: 1, tag: 2, product: 3 } as const;

function byUse(a: Suggestion, b: Suggestion): number {
  return (
    RANK[a.kind] - RANK[b.kind] ||
    b.count - a.count ||
    (a.text < b.text ? -1 : Number(a.text > b.text)) ||
    (a.value < b.value ? -1 : 1)
  );
}

/** The first of those that read the same. */
function distinct(suggestions: readonly Suggestion[]): Suggestion[] {
  const seen = new Set<string>();
  return suggestions.filter(({ text }) => {
    const key = fold(text);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
