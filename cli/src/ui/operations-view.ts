import type { LogLine } from '../operations/logs.ts';
import type { PlacedSpan } from '../operations/traces.ts';
import type { Column } from './table.ts';
import { plain } from './text.ts';

/** `0.4 ms`, `12 ms`, `1.25 s`. */
export function took(ms: number): string {
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(2)} s`;
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

export const spanColumns: readonly Column<PlacedSpan>[] = [
  { title: 'AT', value: ({ offsetMs }) => `+${took(offsetMs)}`, align: 'right' },
  { title: 'TOOK', value: ({ durationMs }) => took(durationMs), align: 'right' },
  { title: 'SERVICE', value: ({ service }) => service },
  {
    title: 'WHAT',
    value: ({ depth, name, kind }) => `${indent(depth)}${name}${mark(kind)}`,
    flexible: true,
  },
  { title: 'ERROR', value: ({ error }) => error ?? '' },
];

const indent = (depth: number): string => (depth === 0 ? '' : `${'│ '.repeat(depth - 1)}├ `);
/** Both sides of a call have its name: the caller's is marked. */
const mark = (kind: string): string => (kind === 'client' ? ' →' : '');

/** `20:15:03.120 warn  order  saga put off  step=buying trace=1f0c…`, on one line. */
export function logText({ at, level, service, message, fields, trace }: LogLine): string {
  const { err, ...more } = fields;
  const facts = Object.entries({ ...more, ...causeOf(err) });
  const shown = facts.map(([name, value]) => `${name}=${textOf(value)}`);
  const traced = trace === null ? [] : [`trace=${trace}`];
  const head = `${at.slice(11, 23)} ${level.padEnd(5)} ${service.padEnd(12)}`;
  return plain([head, message, ...shown, ...traced].join(' '));
}

function causeOf(err: unknown): Record<string, unknown> {
  if (typeof err !== 'object' || err === null) return {};
  const { code, kind, message } = err as Record<string, unknown>;
  return { error: code ?? kind, why: message };
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
