import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

type Topic =
  | 'alone'
  | 'checkout'
  | 'commands'
  | 'growth'
  | 'import'
  | 'memory'
  | 'overload'
  | 'reads'
  | 'roundTrips'
  | 'search'
  | 'simulate'
  | 'soak'
  | 'start';
type Unit =
  | 'MB'
  | 'ms'
  | 'msCpu'
  | 'roundTrips'
  | 'requestsPerSecond'
  | 'cpuMicrosPerRequest'
  | 'perSecond'
  | 'times'
  | 'percent'
  | 'count';

/** What must hold, and what would be better still. */
export interface Limit {
  readonly kind: 'atMost' | 'atLeast';
  readonly bound: number;
  readonly aim?: number;
}

/** One figure. A limit is on the ratio where there is one, on the value where not. */
export interface Row {
  readonly topic: Topic;
  readonly what: string;
  readonly unit: Unit;
  readonly value: number;
  /** The same figure of the bare reference, measured in the same run. */
  readonly reference?: number;
  /** The marketplace's speed as a share of the reference's: 1 is as fast. */
  readonly ratio?: number;
  readonly limit?: Limit;
}

export interface Machine {
  readonly processor: string;
  readonly processors: number;
  readonly memoryMb: number;
  readonly system: string;
  readonly node: string;
  /** Runnable processes just before the run: more than the processors, and the figures say little. */
  readonly loadBefore: number;
}

export interface Report {
  /** Of this shape; a reader refuses one that it does not know. */
  readonly version: 1;
  readonly takenAt: string;
  readonly durationMs: number;
  readonly machine: Machine;
  readonly rows: readonly (Row & { readonly isKept: boolean | null })[];
}

/** Whether the row keeps its limit; null where it has none. */
export function isKept({ value, ratio, limit }: Row): boolean | null {
  return limit ? holds(ratio ?? value, limit.kind, limit.bound) : null;
}

function holds(judged: number, kind: Limit['kind'], bound: number): boolean {
  return kind === 'atMost' ? judged <= bound : judged >= bound;
}

export function reportOf(
  rows: readonly Row[],
  machine: Machine,
  { takenAt, durationMs }: { takenAt: Date; durationMs: number },
): Report {
  return {
    version: 1,
    takenAt: takenAt.toISOString(),
    durationMs: Math.round(durationMs),
    machine,
    rows: rows.map((row) => ({ ...row, isKept: isKept(row) })),
  };
}

/** Asked before the run, which is a load itself. */
export function machineNow(): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    processors: availableParallelism(),
    memoryMb: Math.round(totalmem() / 1_048_576),
    system: `${process.platform} ${process.arch}`,
    node: process.version,
    loadBefore: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  };
}

const unitNames: Readonly<Record<Unit, string>> = {
  MB: 'MB',
  ms: 'ms',
  roundTrips: 'SQL',
  requestsPerSecond: 'req/s',
  cpuMicrosPerRequest: 'µs CPU',
  msCpu: 'ms CPU',
  perSecond: '/s',
  times: '×',
  percent: '%',
  count: '',
};

const titles = ['', 'marketplace', 'bare', 'ratio', 'limit', ''];

/** The figures for people, one line each. */
export function tableOf(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.what,
    `${amount(row.value)} ${unitNames[row.unit]}`,
    row.reference === undefined ? '' : `${amount(row.reference)} ${unitNames[row.unit]}`,
    row.ratio === undefined ? '' : row.ratio.toFixed(2),
    limitText(row),
    verdict(row),
  ]);
  const lines = [titles, ...cells];
  const widths = titles.map((_, at) => Math.max(...lines.map((line) => (line[at] ?? '').length)));
  return lines
    .map((line) =>
      line
        .map((text, at) =>
          at === 0 || at === 5 ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function amount(value: number): string {
  const digits = value < 100 && !Number.isInteger(value) ? 1 : 0;
  return value.toLocaleString('en', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

function limitText({ limit, ratio }: Row): string {
  if (!limit) return '';
  const shown = (bound: number) => (ratio === undefined ? amount(bound) : bound.toFixed(2));
  const aim = limit.aim === undefined ? '' : ` (${shown(limit.aim)})`;
  return `${limit.kind === 'atMost' ? '≤' : '≥'} ${shown(limit.bound)}${aim}`;
}

function verdict(row: Row): string {
  const kept = isKept(row);
  if (kept === null) return '';
  if (!kept) return 'MISSED';
  const { limit, ratio, value } = row;
  const reached = limit?.aim !== undefined && holds(ratio ?? value, limit.kind, limit.aim);
  return reached ? 'kept, and the aim reached' : 'kept';
}
