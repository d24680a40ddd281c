import { type Context, type CostVector, contexts } from '@mkt/topology';
import type { Activity } from './activity.ts';
import type { Scenario } from './scenario.ts';

/** Databases that sleep when nobody asks them: one per context that is at Neon. */
export interface ServerlessDatabases {
  /** Bits of the contexts that this cost asks. */
  maskOf(cost: Pick<CostVector, 'statements'>): number;
  /** Asks those of the mask: whoever sleeps wakes, and stays awake for the suspend time. */
  touch(mask: number, atSeconds: number): void;
  /** Adds the awake time up to the end of the hour. */
  endHour(hour: number): void;
  /** Awake seconds since the month began. */
  awakeSeconds(context: Context): number;
}

const hourSeconds = 3_600;

export function createServerlessDatabases(
  scenario: Pick<Scenario, 'databases'>,
  suspendSeconds: number,
  activity: Activity,
): ServerlessDatabases {
  const isServerless = contexts.map((context) => scenario.databases[context] === 'neon');
  /** Until when each stays awake, and up to when its awake time has been added. */
  const awakeUntil = new Float64Array(contexts.length);
  const addedUntil = new Float64Array(contexts.length);
  const sums = new Float64Array(contexts.length);
  const countedSums = new Float64Array(contexts.length);
  const wakes = new Int32Array(contexts.length);

  function add(at: number, until: number): void {
    const end = Math.min(until, awakeUntil[at] as number);
    const from = addedUntil[at] as number;
    if (end <= from) return;
    sums[at] = (sums[at] as number) + end - from;
    addedUntil[at] = end;
  }

  return {
    maskOf({ statements }) {
      let mask = 0;
      for (const [at, context] of contexts.entries()) {
        if (isServerless[at] && (statements[context] ?? 0) > 0) mask |= 1 << at;
      }
      return mask;
    },
    touch(mask, atSeconds) {
      for (let rest = mask; rest !== 0; rest &= rest - 1) {
        const at = 31 - Math.clz32(rest & -rest);
        if (atSeconds >= (awakeUntil[at] as number)) {
          add(at, atSeconds);
          addedUntil[at] = atSeconds;
          wakes[at] = (wakes[at] as number) + 1;
        }
        awakeUntil[at] = atSeconds + suspendSeconds;
      }
    },
    endHour(hour) {
      for (const [at, context] of contexts.entries()) {
        add(at, (hour + 1) * hourSeconds);
        const sum = sums[at] as number;
        activity.awakeSeconds[context][hour] = sum - (countedSums[at] as number);
        countedSums[at] = sum;
        activity.wakes[context][hour] = wakes[at] as number;
        wakes[at] = 0;
      }
    },
    awakeSeconds: (context) => sums[contexts.indexOf(context)] as number,
  };
}
