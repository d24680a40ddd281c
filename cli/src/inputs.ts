import { Args, Flags } from '@oclif/core';
import { usageFailure } from './failure.ts';

const dayMs = 86_400_000;
const unitsMs: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: dayMs,
  w: 7 * dayMs,
};

/** `14d`, `90m`, `1d12h` in milliseconds. */
export function parseDuration(text: string): number {
  const isWhole = /^(\d+[smhdw])+$/.test(text);
  const parts = isWhole ? [...text.matchAll(/(\d+)([smhdw])/g)] : [];
  const ms = parts.reduce(
    (sum, [, count, unit]) => sum + Number(count) * (unitsMs[unit ?? ''] ?? 0),
    0,
  );
  if (ms > 0 && Number.isSafeInteger(ms)) return ms;
  throw usageFailure(`"${text}" is not a time span.`, 'Write it so: 14d, 36h, 1d12h, 90m');
}

/** A moment: RFC 3339, or a day, which begins at midnight UTC. */
export function parseMoment(text: string): string {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const isMoment = /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/.test(text);
  const at = isDay || isMoment ? new Date(isDay ? `${text}T00:00:00Z` : text) : undefined;
  if (at && !Number.isNaN(at.getTime())) return at.toISOString();
  throw usageFailure(`"${text}" is not a date.`, 'Write it so: 2026-03-01, 2026-03-01T12:00:00Z');
}

/** A day, UTC: `2026-11-27`. */
export function parseDay(text: string): string {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const at = isDay ? new Date(`${text}T00:00:00Z`) : undefined;
  const isReal = at && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
  if (isReal) return text;
  throw usageFailure(`"${text}" is not a day.`, 'Write it so: 2026-11-27');
}

export const dayArg = (description: string) =>
  Args.string({
    description,
    required: true,
    ignoreStdin: true,
    parse: async (text) => parseDay(text),
  });

export const dayFlag = (summary: string) =>
  Flags.string({ summary, helpValue: 'DAY', parse: async (text) => parseDay(text) });

/** The day that it is, UTC. */
export const today = (now: Date = new Date()): string => now.toISOString().slice(0, 10);

export interface LineUnits {
  readonly lineId: string;
  readonly quantity: number;
}

/** `LINE=2`: units of an order's line. */
export function parseLineUnits(text: string): LineUnits {
  const [, lineId, digits] = /^([0-9a-f-]{36})=(\d{1,5})$/i.exec(text) ?? [];
  const quantity = Number(digits);
  if (lineId !== undefined && quantity > 0) return { lineId, quantity };
  throw usageFailure(`"${text}" is not a line and its units.`, 'Write it so: --line LINE_ID=2');
}

export const limitFlag = (items: string, { usual = 50, most = 10_000 } = {}) =>
  Flags.integer({ summary: `Most ${items} to show`, default: usual, min: 1, max: most });

export const momentFlag = (summary: string) =>
  Flags.string({ summary, helpValue: 'DATE', parse: async (text) => parseMoment(text) });

export const lineFlag = (verb: string) =>
  Flags.custom<LineUnits>({
    summary: `Units of a line to ${verb}, once per line; everything that is left unless given`,
    helpValue: 'LINE=UNITS',
    parse: async (text) => parseLineUnits(text),
  })({ multiple: true });

/**
 * An argument that is typed. Left to itself the framework takes a missing one from standard input,
 * which here belongs to passwords and files.
 */
export const optionalArg = (description: string) => Args.string({ description, ignoreStdin: true });

export const requiredArg = (description: string) =>
  Args.string({ description, required: true, ignoreStdin: true });

export const vendorArg = () => requiredArg('Name in the address of its page (slug), or id');

export const orderArg = () => requiredArg('Number or id of the order');

export const yesFlag = () => Flags.boolean({ summary: 'Do not ask', default: false });

export const watchFlag = () =>
  Flags.boolean({ summary: 'Show it again whenever it changes, until Ctrl-C', default: false });

export const reasonFlag = (reader: string) =>
  Flags.string({ summary: `Why; ${reader} reads it`, required: true });

export const vendorFlag = (summary = 'Whose, for operators') =>
  Flags.string({ summary, helpValue: 'SLUG' });

/** A whole number or one with decimals, such as a percentage. */
export const decimalFlag = (summary: string, helpValue: string) =>
  Flags.custom<number>({
    summary,
    helpValue,
    parse: async (text) => {
      if (/^\d{1,9}(\.\d{1,6})?$/.test(text)) return Number(text);
      throw usageFailure(`"${text}" is not a number.`, 'Write it so: 9 or 8.875');
    },
  })();

/** A moment, or how far it is away: `2026-03-01`, `90d`. */
export function parseMomentOrSpan(text: string, nowMs: number): string {
  if (/^(\d+[smhdw])+$/.test(text)) return new Date(nowMs + parseDuration(text)).toISOString();
  return parseMoment(text);
}
