/** Strings that say how things stand, whatever they are: never somebody's data. */
const plainFields = new Set([
  'bearer',
  'captureState',
  'code',
  'currency',
  'do',
  'kind',
  'operation',
  'phase',
  'state',
  'status',
  'step',
  'type',
]);
/** May look like an id and opens something all the same. */
const secretField = /token|secret|password|key|url|card|iban/i;
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const moment = /^\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2}))?$/;
const code = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;
const maxDepth = 32;

/**
 * A stored value as an operator may see it: its shape, ids, times, amounts and states. Every other
 * text gives way to its length, so that a new field of personal data is hidden before anybody
 * thinks of it.
 */
export function redact(value: unknown, field = '', depth = 0): unknown {
  if (depth > maxDepth) return '[nested too deep]';
  if (typeof value === 'string') return isShown(value, field) ? value : hidden(value);
  if (Array.isArray(value)) return value.map((one) => redact(one, field, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      code.test(name) || uuid.test(name) ? name : hidden(name),
      redact(one, name, depth + 1),
    ]),
  );
}

function isShown(text: string, field: string): boolean {
  if (text === '') return true;
  if (secretField.test(field)) return false;
  return uuid.test(text) || moment.test(text) || (plainFields.has(field) && code.test(text));
}

const hidden = (text: string): string => `[hidden, ${text.length} characters]`;

const scrubbed: readonly (readonly [RegExp, string])[] = [
  [/[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g, '[e-mail]'],
  [/\beyJ[\w-]{5,}\.[\w-]+\.[\w-]+/g, '[token]'],
  [/\bmkt_\w{8,}/g, '[key]'],
  [/\bBearer\s+\S+/gi, 'Bearer [token]'],
  [/\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b/g, '[iban]'],
  [/(?<![\w-])(?:\d[ -]?){12,18}\d(?![\w-])/g, '[number]'],
];

/** An error's sentence without what errors like to quote: addresses, tokens, account numbers. */
export function scrub(text: string, maxLength = 2_000): string {
  let clean = text.slice(0, maxLength);
  for (const [pattern, name] of scrubbed) clean = clean.replace(pattern, name);
  return clean;
}
