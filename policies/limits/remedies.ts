import { barredUses, providers, units } from './model.ts';
import { nearest } from './nearest.ts';

/** What to do about a field that is missing or wrong. */
const byField: Readonly<Record<string, string>> = {
  source: 'Name one of the sources above, or add the page that states it, with title and url.',
  url: 'Give the whole address of the page, https included.',
  verifiedAt: 'Give the day on which somebody read it at its source: 2026-11-27.',
  effectiveFrom: 'Give the first day on which it holds: 2026-06-15.',
  effectiveTo: 'Give the first day on which it no longer holds: 2026-06-15.',
  value: 'Give a number, unlimited (where the source says so) or unknown. Unknown is never free.',
  confidence: 'Say A (provider), B (dated quotation), C (hearsay), measured or unknown.',
  id: 'Write it as provider.what.measure, in small letters: oracle.a1.ocpu-hours.',
  bars: `Use one of ${barredUses.join(', ')}.`,
  provider: `Use one of ${providers.join(', ')}, and name the file after it.`,
};

export function remedyFor(field: string, value: unknown): string {
  if (field === 'unit') return remedyForUnit(typeof value === 'string' ? value : '');
  return byField[field] ?? 'Compare it with its neighbours, and with policies/limits/README.md.';
}

function remedyForUnit(written: string): string {
  const near = written === '' ? [] : nearest(written, units);
  const meant = near.length === 0 ? '' : `Did you mean ${near.join(' or ')}? `;
  return `${meant}Use one of ${units.join(', ')}; a new one is added in policies/limits/model.ts.`;
}
