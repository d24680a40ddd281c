/**
 * A spreadsheet runs a cell that begins with one of these as a formula. On export such text gets
 * an apostrophe in front, which spreadsheets take as “this is text”; on import exactly one is
 * taken away again. Text that begins with apostrophes before such a sign gets one more, so that
 * the way back is never ambiguous.
 */
const RISKY = /^'*[=+\-@\t\r]/;
const GUARDED = /^'+[=+\-@\t\r]/;

export function guardFormula(text: string): string {
  return RISKY.test(text) ? `'${text}` : text;
}

export function unguardFormula(text: string): string {
  return GUARDED.test(text) ? text.slice(1) : text;
}
