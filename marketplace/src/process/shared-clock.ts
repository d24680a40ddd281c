import { readFileSync } from 'node:fs';
import type { Clock } from '@mkt/kernel';
import { type AdjustableClock, createOffsetClock } from '../clock.ts';

/** The business clock of one process among several. */
export interface ProcessClock {
  readonly clock: Clock;
  /** Another process has moved the clock. */
  set(offsetMs: number): void;
}

/** Follows the offset of a file that the guard writes; without a file, real time. */
export function followClock(file: string | undefined): ProcessClock {
  let offsetMs = file ? offsetOf(file) : 0;
  return {
    clock: { now: () => new Date(Date.now() + offsetMs) },
    set(next) {
      if (file) offsetMs = next;
    },
  };
}

/** The guard's: it may be moved, and takes the others along. */
export async function leadClock(
  file: string,
  moved: (offsetMs: number) => Promise<void>,
): Promise<ProcessClock & { readonly clock: AdjustableClock }> {
  const offset = await createOffsetClock(file);
  return {
    clock: {
      now: () => offset.now(),
      async advance(ms) {
        await offset.advance(ms);
        await moved(offsetOf(file));
      },
    },
    set: () => {},
  };
}

function offsetOf(file: string): number {
  try {
    const { offsetMs } = JSON.parse(readFileSync(file, 'utf8')) as { offsetMs?: unknown };
    return typeof offsetMs === 'number' && Number.isSafeInteger(offsetMs) ? offsetMs : 0;
  } catch {
    // Nobody has moved the clock yet.
    return 0;
  }
}
