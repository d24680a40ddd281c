import type { Terminal } from './terminal.ts';
import { clipped } from './text.ts';

export interface Progress {
  /** How much is done, of the total where that is known. */
  report(done: number): void;
  /** Takes the bar away: what comes next has the line to itself. */
  stop(): void;
}

export interface ProgressOptions {
  readonly label: string;
  readonly total: number | undefined;
  readonly format: (amount: number) => string;
  readonly now?: () => number;
}

const redrawMs = 80;
const barWidth = 24;

/** A bar on standard error; silent where that is not a terminal. */
export function progressBar(terminal: Terminal, options: ProgressOptions): Progress {
  if (!terminal.errIsTerminal) return { report: () => {}, stop: () => {} };
  const now = options.now ?? Date.now;
  let drawnAt = Number.NEGATIVE_INFINITY;
  return {
    report(done) {
      const isLast = options.total !== undefined && done >= options.total;
      if (!isLast && now() - drawnAt < redrawMs) return;
      drawnAt = now();
      terminal.err(`\r\u001b[2K${clipped(lineOf(done, options), terminal.errColumns - 1)}`);
    },
    stop() {
      if (drawnAt > Number.NEGATIVE_INFINITY) terminal.err('\r\u001b[2K');
    },
  };
}

function lineOf(done: number, { label, total, format }: ProgressOptions): string {
  if (total === undefined || total === 0) return `${label} ${format(done)}`;
  const share = Math.min(1, done / total);
  const full = Math.round(share * barWidth);
  const bar = '█'.repeat(full) + '░'.repeat(barWidth - full);
  const percent = `${Math.floor(share * 100)} %`.padStart(5);
  return `${label} ${bar} ${percent}  ${format(done)} of ${format(total)}`;
}

const kib = 1024;

export function formatBytes(bytes: number): string {
  if (bytes < kib) return `${bytes} B`;
  return bytes < kib * kib
    ? `${(bytes / kib).toFixed(0)} KiB`
    : `${(bytes / kib / kib).toFixed(1)} MiB`;
}
