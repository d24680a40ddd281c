const ALLOWED = new Set([
  'p',
  'br',
  'hr',
  'ul',
  'ol',
  'li',
  'strong',
  'em',
  'b',
  'i',
  'u',
  's',
  'sub',
  'sup',
  'small',
  'h2',
  'h3',
  'h4',
  'blockquote',
  'a',
]);
const VOID = new Set(['br', 'hr']);
/** What these hold is not text for a reader. */
const DROPPED_WHOLE = new Set([
  'script',
  'style',
  'iframe',
  'object',
  'embed',
  'applet',
  'template',
  'noscript',
  'noembed',
  'noframes',
  'svg',
  'math',
  'textarea',
  'select',
  'title',
  'head',
  'xmp',
  'plaintext',
  'audio',
  'video',
  'canvas',
  'form',
  'button',
]);
/** An opening one of these ends a paragraph, as in a browser. */
const BLOCKS = new Set(['p', 'ul', 'ol', 'hr', 'h2', 'h3', 'h4', 'blockquote']);
const TAG_START = /[a-z/!?]/i;
const TAG = /^\/?([a-z][a-z0-9]*)/i;
const HREF = /[\s"'/]href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))/i;
const SAFE_LINK = /^(?:https?:\/\/|mailto:)[^\s<>]*$/i;
const ENTITY = /&(?!(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});)/gi;
const MAX_DEPTH = 32;

/**
 * Rebuilds a description from the tags above and nothing else: attributes go, except the target
 * of a link; other tags go, their text stays; code and embedded things go whole. As the output is
 * written anew, and text and values are escaped on the way, nothing that was not understood can
 * pass. Doing it twice changes nothing.
 */
export function sanitizeHtml(html: string): string {
  const open: string[] = [];
  const out: string[] = [];
  const lastEnd = html.lastIndexOf('>');
  let at = 0;
  while (at < html.length) {
    const start = html.indexOf('<', at);
    if (start === -1 || start > lastEnd) break;
    out.push(escapeText(html.slice(at, start)));
    if (!TAG_START.test(html.charAt(start + 1))) {
      out.push('&lt;');
      at = start + 1;
      continue;
    }
    at = passTag(html, start, { open, out });
  }
  out.push(escapeText(html.slice(at)));
  closeDownTo(0, { open, out });
  return out.join('').trim();
}

interface Building {
  readonly open: string[];
  readonly out: string[];
}

/** Deals with the markup at `start` and answers where the text goes on. */
function passTag(html: string, start: number, building: Building): number {
  if (html.startsWith('<!--', start)) return after(html, '-->', start + 4);
  const end = html.indexOf('>', start);
  const inside = html.slice(start + 1, end);
  const name = TAG.exec(inside)?.[1]?.toLowerCase();
  if (name === undefined) return end + 1;
  const closing = inside.startsWith('/');
  if (DROPPED_WHOLE.has(name)) return closing ? end + 1 : afterElement(html, name, end + 1);
  if (!ALLOWED.has(name)) return end + 1;
  if (!closing) openTag(name, inside, building);
  else if (!VOID.has(name)) closeDownTo(building.open.lastIndexOf(name), building);
  return end + 1;
}

function openTag(name: string, inside: string, building: Building): void {
  const { open, out } = building;
  if (BLOCKS.has(name)) closeDownTo(open.lastIndexOf('p'), building);
  if (name === 'li') {
    const list = Math.max(open.lastIndexOf('ul'), open.lastIndexOf('ol'));
    const item = open.lastIndexOf('li');
    if (item > list) closeDownTo(item, building);
  }
  if (name === 'a') closeDownTo(open.lastIndexOf('a'), building);
  if (VOID.has(name)) out.push(`<${name}>`);
  else if (open.length < MAX_DEPTH) {
    out.push(name === 'a' ? linkTag(inside) : `<${name}>`);
    open.push(name);
  }
}

function linkTag(inside: string): string {
  const match = HREF.exec(inside);
  const href = (match?.[1] ?? match?.[2] ?? match?.[3] ?? '').trim();
  if (!SAFE_LINK.test(href)) return '<a>';
  return `<a href="${escapeText(href).replaceAll('"', '&quot;')}" rel="nofollow noopener">`;
}

function closeDownTo(index: number, { open, out }: Building): void {
  if (index < 0) return;
  while (open.length > index) out.push(`</${open.pop()}>`);
}

function after(html: string, mark: string, from: number): number {
  const found = html.indexOf(mark, from);
  return found === -1 ? html.length : found + mark.length;
}

function afterElement(html: string, name: string, from: number): number {
  const closing = new RegExp(`</${name}`, 'gi');
  closing.lastIndex = from;
  return closing.test(html) ? after(html, '>', closing.lastIndex) : html.length;
}

function escapeText(text: string): string {
  return text.replace(ENTITY, '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
