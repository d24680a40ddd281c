import type { SearchQuery, Sort } from '../src/domain/index.ts';
import { COLORS, LOOKS, MATERIALS, randomness, TYPES } from './catalogue.ts';

/** What shoppers ask, by kind. Every query asks for its facets. */
export function* queries(count: number, seed = 2): Iterable<[kind: string, query: SearchQuery]> {
  const random = randomness(seed);
  const pick = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)] as T;
  const filtered = () => ({
    options: [{ name: 'color', values: [pick(COLORS), pick(COLORS)] }],
    price: [{ minMinor: 1_000, maxMinor: 10_000 }],
    onlyInStock: random() < 0.5,
  });
  const kinds: Record<string, () => SearchQuery> = {
    'one word': () => ({ text: pick([...TYPES, ...MATERIALS, ...LOOKS]) }),
    'two words': () => ({ text: `${pick(MATERIALS)} ${pick(TYPES)}s` }),
    'three words': () => ({ text: `${pick(LOOKS)} ${pick(MATERIALS)} ${pick(TYPES)}` }),
    'two words, filters': () => ({
      text: `${pick(MATERIALS)} ${pick(TYPES)}`,
      filters: filtered(),
    }),
    'typing error': () => ({ text: `${swapped(pick(MATERIALS))} ${swapped(pick(TYPES))}` }),
    'half a word': () => ({ text: `${pick(LOOKS)} ${pick(TYPES).slice(0, 2)}` }),
    'unknown words': () => ({ text: `xqzzv ${pick(TYPES)} wvvkkq` }),
    browse: () => ({ sort: pick<Sort>(['relevance', 'newest', 'rating', 'price_asc']) }),
    'browse one type': () => ({ filters: { types: [pick(TYPES)] } }),
    'browse, filters': () => ({
      filters: { ...filtered(), tags: [pick(MATERIALS)], minRating: 3 },
      sort: pick<Sort>(['price_asc', 'price_desc', 'newest']),
    }),
    'in stock only': () => ({ filters: { onlyInStock: true }, sort: 'newest' }),
    'one color': () => ({ filters: { options: [{ name: 'Color', values: [pick(COLORS)] }] } }),
  };
  const names = Object.keys(kinds);
  for (let number = 0; number < count; number += 1) {
    const kind = names[number % names.length] as string;
    yield [kind, (kinds[kind] as () => SearchQuery)()];
  }
}

/** Two letters in the middle the wrong way round. */
function swapped(word: string): string {
  const at = Math.max(0, Math.floor(word.length / 2) - 1);
  return word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2);
}
