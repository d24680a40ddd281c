import { LIMITS } from './limits.ts';

/** Raised when terms come out differently, so that older snapshots are rebuilt. */
export const ANALYSIS_VERSION = 1;

/** Letters that NFKD leaves whole. */
const UNDECOMPOSED: Readonly<Record<string, string>> = {
  ß: 'ss',
  ø: 'o',
  æ: 'ae',
  œ: 'oe',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  þ: 'th',
  ı: 'i',
  ħ: 'h',
};
const ASCII = /^[\x20-\x7e\s]*$/;
const WORDS = /[\p{L}\p{N}]+/gu;
const ASCII_WORDS = /[a-z0-9]+/g;

/** Too common to tell products apart: skipped in descriptions, and in longer queries. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    'a an and are as at be but by for from has have i if in into is it its no not of on or our ' +
    'so that the their them then there these they this to was we were will with you your'
  ).split(' '),
);

/** Lower case without accents or ligatures: 'Crème brûlée' and 'creme brulee' are the same. */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  if (ASCII.test(lower)) return lower;
  return lower
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[ßøæœđðłþıħ]/g, (letter) => UNDECOMPOSED[letter] ?? letter)
    .toLowerCase();
}

/** Words as typed, folded, in order, at most `limit`. */
export function words(text: string, limit = Number.POSITIVE_INFINITY): string[] {
  // The possessive goes with its word: "women's" is "women", not "women" and "s".
  const folded = fold(text).replace(/['’]s(?![\p{L}\p{N}])/gu, '');
  const pattern = ASCII.test(folded) ? ASCII_WORDS : WORDS;
  const found: string[] = [];
  for (const match of folded.matchAll(pattern)) {
    if (found.length >= limit) break;
    found.push(match[0].slice(0, LIMITS.termLength));
  }
  return found;
}

const IRREGULAR = new Map<string, string>(
  Object.entries({
    men: 'man',
    women: 'woman',
    children: 'child',
    feet: 'foot',
    teeth: 'tooth',
    mice: 'mouse',
    geese: 'goose',
    knives: 'knife',
    shelves: 'shelf',
    scarves: 'scarf',
    leaves: 'leaf',
    halves: 'half',
    loaves: 'loaf',
    wolves: 'wolf',
    calves: 'calf',
    people: 'person',
    ties: 'tie',
    pies: 'pie',
    shoes: 'shoe',
    canoes: 'canoe',
    axes: 'axe',
    buses: 'bus',
  }),
);

/**
 * English plurals to singulars, nothing more: 'mugs', 'dishes' and 'berries', never 'glass'.
 * Only sameness matters: 'canvas' becomes 'canva' in products and queries alike.
 */
export function stem(word: string): string {
  const irregular = IRREGULAR.get(word);
  if (irregular !== undefined) return irregular;
  if (word.length < 4 || !word.endsWith('s') || /(?:ss|us|is)$/.test(word)) return word;
  if (word.endsWith('ies') && word.length > 4) return `${word.slice(0, -3)}y`;
  if (/(?:sh|ch|x|ss|zz)es$/.test(word)) return word.slice(0, -2);
  if (word.endsWith('oes') && word.length > 5) return word.slice(0, -2);
  return word.slice(0, -1);
}
