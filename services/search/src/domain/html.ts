import { LIMITS } from './limits.ts';

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  rsquo: '’',
  lsquo: '‘',
  rdquo: '”',
  ldquo: '“',
  eacute: 'é',
  egrave: 'è',
  agrave: 'à',
  ccedil: 'ç',
  auml: 'ä',
  ouml: 'ö',
  uuml: 'ü',
  szlig: 'ß',
  oslash: 'ø',
  aring: 'å',
};
const HIDDEN = ['script', 'style', 'template'];

/** The words a reader sees. One pass over at most `descriptionLength` characters. */
export function plainText(source: string): string {
  const html = source.slice(0, LIMITS.descriptionLength);
  if (!html.includes('<') && !html.includes('&')) return html;
  const lower = html.toLowerCase();
  let text = '';
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    if (open < 0) break;
    text += html.slice(at, open);
    at = tagEnd(lower, open);
    if (at === open + 1) text += '<';
    // A tag may separate words: "<li>oak</li><li>ash</li>" is not "oakash".
    else if (!isInline(lower, open)) text += ' ';
  }
  text += html.slice(Math.min(at, html.length));
  return text.replace(/&(#x?[0-9a-f]{1,6}|[a-z]{2,8});/gi, decodeEntity);
}

/** Where reading goes on after the `<` at `open`: after it when it opens no tag. */
function tagEnd(lower: string, open: number): number {
  if (lower.startsWith('<!--', open)) return after(lower, '-->', open + 4);
  if (!/[a-z/!?]/.test(lower.charAt(open + 1))) return open + 1;
  const name = /^[a-z]+/.exec(lower.slice(open + 1, open + 10))?.[0];
  const close = after(lower, '>', open);
  if (name === undefined || !HIDDEN.includes(name)) return close;
  const end = lower.indexOf(`</${name}`, close);
  return end < 0 ? lower.length : after(lower, '>', end);
}

function after(html: string, mark: string, from: number): number {
  const at = html.indexOf(mark, from);
  return at < 0 ? html.length : at + mark.length;
}

/** Emphasis inside a word keeps it whole. */
function isInline(lower: string, open: number): boolean {
  return /^<\/?(?:b|i|u|em|strong|span|sup|sub|mark|a)[\s>]/.test(lower.slice(open, open + 10));
}

function decodeEntity(whole: string, name: string): string {
  if (!name.startsWith('#')) return NAMED[name.toLowerCase()] ?? whole;
  const hex = name.charAt(1).toLowerCase() === 'x';
  const code = Number.parseInt(name.slice(hex ? 2 : 1), hex ? 16 : 10);
  const valid = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return valid ? String.fromCodePoint(code) : ' ';
}
