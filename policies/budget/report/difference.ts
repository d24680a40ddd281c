import { amount, number } from './numbers.ts';
import type { Difference, Report, ReportLine } from './report.ts';

/** Below a thousandth of the limit a change is noise, unless there is no limit to compare with. */
const noise = 0.001;

/** What a use case costs, by measure: `checkout: redisCommands`. */
export type UnitCosts = Readonly<Record<string, number>>;

/** What changed between two commits, the quantities first, then days and findings. */
export function differencesOf(
  before: { readonly report: Report; readonly costs: UnitCosts },
  after: { readonly report: Report; readonly costs: UnitCosts },
): Difference[] {
  const then = new Map(before.report.lines.map((line) => [keyOf(line), line]));
  const now = new Map(after.report.lines.map((line) => [keyOf(line), line]));
  const keys = [...new Set([...now.keys(), ...then.keys()])];
  return [
    ...keys.flatMap((key) => quantityChange(then.get(key), now.get(key))),
    ...costChanges(before.costs, after.costs),
    ...keys.flatMap((key) => dayChange(then.get(key), now.get(key))),
    ...keys.flatMap((key) => verdictChange(then.get(key), now.get(key))),
  ];
}

const keyOf = ({ rule, limitId = '', instance = '', subject }: ReportLine) =>
  [rule, limitId, instance, subject].join('|');

function quantityChange(before?: ReportLine, after?: ReportLine): Difference[] {
  const line = after ?? before;
  const change = (after?.value ?? 0) - (before?.value ?? 0);
  if (!line || change === 0) return [];
  const limit = typeof line.limit === 'number' ? line.limit : undefined;
  if (limit !== undefined && Math.abs(change) < limit * noise) return [];
  return [changed(line.subject, line.unit, { before: before?.value, after: after?.value })];
}

function costChanges(before: UnitCosts, after: UnitCosts): Difference[] {
  return [...new Set([...Object.keys(after), ...Object.keys(before)])].flatMap((name) => {
    const [from = 0, to = 0] = [before[name], after[name]];
    return from === to ? [] : [changed(name, undefined, { before: from, after: to })];
  });
}

function changed(
  subject: string,
  unit: string | undefined,
  { before, after }: { before: number | undefined; after: number | undefined },
): Difference {
  const change = (after ?? 0) - (before ?? 0);
  const size = unit === undefined ? number(Math.abs(change)) : amount(Math.abs(change), unit);
  return {
    subject,
    ...(unit === undefined ? {} : { unit }),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    text: `${change > 0 ? '+' : '-'}${size}`,
  };
}

function dayChange(before?: ReportLine, after?: ReportLine): Difference[] {
  const [from, to] = [before?.exhaustedOnDay, after?.exhaustedOnDay];
  if (from === to) return [];
  const text = (day: number | undefined) => (day === undefined ? 'never' : `day ${day}`);
  const subject = `${(after ?? before)?.subject}, used up`;
  return [{ subject, text: `${text(from)} -> ${text(to)}` }];
}

function verdictChange(before?: ReportLine, after?: ReportLine): Difference[] {
  const [from, to] = [before?.severity ?? 'ok', after?.severity ?? 'ok'];
  const line = after ?? before;
  if (from === to || !line) return [];
  const words = { ok: 'fits', note: 'note', warning: 'warning', error: 'refused' };
  return [{ subject: line.subject, text: `${words[from]} -> ${words[to]}` }];
}
