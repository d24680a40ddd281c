import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '@mkt/kernel';

/** Real time plus an offset that survives restarts. */
export interface AdjustableClock extends Clock {
  advance(ms: number): Promise<void>;
}

export interface OffsetClock extends AdjustableClock {
  /** Called after each move, to take up what has become due. */
  onAdvance(listener: () => Promise<void>): void;
  /** Goes back to real time, for a seed that has told its past. */
  reset(): Promise<void>;
}

/** `file` keeps the offset; without one the clock forgets it at the end of the process. */
export async function createOffsetClock(
  file: string | undefined,
  initialOffsetMs = 0,
): Promise<OffsetClock> {
  let offsetMs = (await readOffset(file)) ?? initialOffsetMs;
  let listener: () => Promise<void> = async () => {};

  async function moveTo(next: number): Promise<void> {
    offsetMs = next;
    if (!file) return;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.new`, JSON.stringify({ offsetMs }));
    await rename(`${file}.new`, file);
  }

  return {
    now: () => new Date(Date.now() + offsetMs),
    async advance(ms) {
      await moveTo(offsetMs + ms);
      await listener();
    },
    onAdvance(run) {
      listener = run;
    },
    async reset() {
      await moveTo(0);
      await listener();
    },
  };
}

async function readOffset(file: string | undefined): Promise<number | undefined> {
  if (!file) return undefined;
  try {
    const { offsetMs } = JSON.parse(await readFile(file, 'utf8')) as { offsetMs?: unknown };
    return typeof offsetMs === 'number' && Number.isSafeInteger(offsetMs) ? offsetMs : undefined;
  } catch {
    return undefined;
  }
}
