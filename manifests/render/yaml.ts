/**
 * YAML of plain data, for people who read differences: text in blocks, quotes only where they are
 * needed. A general writer took three quarters of the time that all of rendering takes.
 */
export function yamlOf(...documents: readonly object[]): string {
  return documents.map((one) => `${lines(one, '').join('\n')}\n`).join('---\n');
}

function lines(value: unknown, indent: string): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => itemLines(one, indent));
  return Object.entries(value as object)
    .filter(([, one]) => one !== undefined)
    .flatMap(([name, one]) => entryLines(scalar(name), one, indent));
}

/** `name: value`, or `name:` with what it holds below it. */
function entryLines(name: string, value: unknown, indent: string): string[] {
  if (!isNested(value)) return [`${indent}${name}: ${inline(value, indent)}`];
  return [`${indent}${name}:`, ...lines(value, `${indent}  `)];
}

/** The first line of what an item holds goes behind its dash. */
function itemLines(value: unknown, indent: string): string[] {
  if (!isNested(value)) return [`${indent}- ${inline(value, indent)}`];
  const [first = '', ...rest] = lines(value, `${indent}  `);
  return [`${indent}- ${first.trimStart()}`, ...rest];
}

const isNested = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length > 0;

function inline(value: unknown, indent: string): string {
  if (Array.isArray(value)) return '[]';
  if (typeof value === 'object' && value !== null) return '{}';
  if (typeof value !== 'string') return String(value);
  return isBlock(value) ? block(value, `${indent}  `) : scalar(value);
}

// Lines with a blank at their end, or at the start of the first, need more than a bar to survive.
const isBlock = (text: string): boolean =>
  /^\S[^\r]*\n/.test(text) && !/[ \t]\n|[ \t]$|\n\n$/.test(text) && isPrintable(text);

function block(text: string, indent: string): string {
  const endsWithNewline = text.endsWith('\n');
  const body = (endsWithNewline ? text.slice(0, -1) : text).split('\n');
  const indented = body.map((line) => (line === '' ? '' : `${indent}${line}`));
  return [endsWithNewline ? '|' : '|-', ...indented].join('\n');
}

const isPrintable = (text: string): boolean =>
  /^[\x20-\x7e\n\t\u00a0-\ud7ff\ue000-\ufffc]*$/.test(text);

/** Words that some readers take for something else than text. */
const taken = /^(true|false|null|yes|no|on|off|y|n)$/i;
const plain = /^[A-Za-z/_][\x20-\x7e]*$/;

function scalar(text: string): string {
  const isPlain = plain.test(text) && !taken.test(text) && !/: |:$| #| $/.test(text);
  return isPlain ? text : JSON.stringify(text);
}
