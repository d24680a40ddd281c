const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ndash: '–',
  mdash: '—',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  hellip: '…',
  deg: '°',
  times: '×',
  euro: '€',
  frac12: '½',
  middot: '·',
  bull: '•',
};

/** The words of a description, for search and short texts; at most `maxLength` characters. */
export function plainText(html: string, maxLength: number): string {
  const text = html
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z][a-z0-9]{1,31}));/gi, decodeEntity)
    .replace(/\s+/g, ' ')
    .replace(/ (?=[.,;:!?])/g, '')
    .trim();
  return cut(text, maxLength);
}

/** Never through the middle of a character: no store takes half of one. */
export function cut(text: string, maxLength: number): string {
  const short = text.slice(0, maxLength);
  return short.isWellFormed() ? short : short.slice(0, -1).toWellFormed();
}

function decodeEntity(all: string, decimal?: string, hex?: string, name?: string): string {
  if (name !== undefined) return named[name] ?? named[name.toLowerCase()] ?? all;
  return characterOf(decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal));
}

/** A space for what is no character of a text: control characters, halves, numbers beyond Unicode. */
function characterOf(code: number): string {
  const isText = code >= 0x20 && code <= 0x10ffff && !(code >= 0x7f && code < 0xa0);
  return isText && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : ' ';
}
