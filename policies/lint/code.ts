/**
 * The code of a file with its comments blanked, so that what is written about code is not taken
 * for code. Lines and columns stay what they were.
 */
export function withoutComments(text: string): string {
  const token =
    /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;
  return text.replace(token, (found) =>
    found.startsWith('/') ? found.replace(/[^\n]/g, ' ') : found,
  );
}

export const lineAt = (text: string, offset: number): number =>
  text.slice(0, offset).split('\n').length;

export interface Call {
  readonly name: string;
  readonly args: readonly string[];
  readonly line: number;
}

/** Calls of the functions or methods whose names match, with their arguments as written. */
export function callsOf(code: string, names: string): readonly Call[] {
  const start = new RegExp(String.raw`(?<![\w$])(${names})\s*(?:<[^>()]*>)?\(`, 'gi');
  return [...code.matchAll(start)].map((match) => ({
    name: match[1] ?? '',
    args: argumentsAt(code, match.index + match[0].length),
    line: lineAt(code, match.index),
  }));
}

/** Arguments from just behind the opening bracket to its closing one. */
function argumentsAt(code: string, from: number): readonly string[] {
  // A text is one token, so that brackets and commas in it do not count.
  const token = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|[()[\]{},]/g;
  token.lastIndex = from;
  const ends: number[] = [];
  let depth = 0;
  for (let match = token.exec(code); match && depth >= 0; match = token.exec(code)) {
    const [found] = match;
    if (depth === 0 && /^[,)\]}]$/.test(found)) ends.push(match.index);
    if (/^[([{]$/.test(found)) depth += 1;
    if (/^[)\]}]$/.test(found)) depth -= 1;
  }
  const args = ends.map((end, at) => code.slice(at === 0 ? from : (ends[at - 1] ?? from) + 1, end));
  const written = args.map((arg) => arg.trim());
  return written.at(-1) === '' ? written.slice(0, -1) : written;
}

/** `30 * 60_000`, `5_000`, or a constant of the same file; undefined where it is not known here. */
export function numberOf(expression: string, code: string): number | undefined {
  const product = /^[\d_.]+(?:\s*\*\s*[\d_.]+)*$/;
  const written = expression.trim();
  if (product.test(written)) {
    const value = written
      .split('*')
      .reduce((total, part) => total * Number(part.trim().replaceAll('_', '')), 1);
    return Number.isFinite(value) ? value : undefined;
  }
  if (!/^\w+$/.test(written)) return undefined;
  const constant = new RegExp(String.raw`\bconst ${written}(?::[^=\n]+)? = ([\d_.* ]+);`);
  const [, value] = constant.exec(code) ?? [];
  return value === undefined ? undefined : numberOf(value, '');
}
