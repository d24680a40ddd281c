import { type Context, contexts } from '@mkt/topology';
import { hoursOf } from './demand.ts';
import type { Random } from './random.ts';
import type { Scenario } from './scenario.ts';

/** Something that the machinery or a vendor does at a given second of the month. */
export interface Scheduled {
  readonly atSeconds: number;
  readonly useCase: 'sweep' | 'usageReport' | 'vendorUpdate';
  /** How much of one execution it is: a service's own sweep is a part of that of all. */
  readonly part: number;
  /** Whose databases it asks; all that the use case names where it is absent. */
  readonly context?: Context;
}

/** Edits that a vendor sends in one go arrive so fast. */
const bulkRowsPerSecond = 10;

/** How long a vendor's edit of so many rows goes on. */
export const bulkSecondsOf = (rows: number): number => rows / bulkRowsPerSecond;

const hourSeconds = 3_600;

/** Everything that is known beforehand, in the order of time. */
export function scheduleOf(scenario: Scenario, random: Random): Scheduled[] {
  const seconds = hoursOf(scenario.month) * hourSeconds;
  return [
    ...sweeps(scenario, seconds, random),
    ...every(scenario.usageReportSeconds, 0, seconds).map(
      (atSeconds): Scheduled => ({ atSeconds, useCase: 'usageReport', part: 1 }),
    ),
    ...bulkEdits(scenario, seconds, random),
  ].toSorted((a, b) => a.atSeconds - b.atSeconds);
}

function sweeps(scenario: Scenario, seconds: number, random: Random): Scheduled[] {
  const { sweepSeconds, sweepersByContext } = scenario;
  if (scenario.sweepsTogether) {
    return every(sweepSeconds, 0, seconds).map((atSeconds) => ({
      atSeconds,
      useCase: 'sweep',
      part: 1,
    }));
  }
  const all = contexts.reduce((sum, context) => sum + sweepersByContext[context], 0);
  return contexts.flatMap((context) =>
    Array.from({ length: sweepersByContext[context] }, () => random() * sweepSeconds).flatMap(
      (phase) =>
        every(sweepSeconds, phase, seconds).map(
          (atSeconds): Scheduled => ({ atSeconds, useCase: 'sweep', part: 1 / all, context }),
        ),
    ),
  );
}

function bulkEdits({ traffic }: Scenario, seconds: number, random: Random): Scheduled[] {
  const { perMonth, rows } = traffic.shape.bulkEdits;
  return Array.from({ length: perMonth }, () => random() * seconds).flatMap((start) =>
    Array.from(
      { length: rows },
      (_, row): Scheduled => ({
        atSeconds: start + row / bulkRowsPerSecond,
        useCase: 'vendorUpdate',
        part: 1,
      }),
    ).filter(({ atSeconds }) => atSeconds < seconds),
  );
}

function every(intervalSeconds: number, first: number, end: number): number[] {
  const count = Math.max(0, Math.ceil((end - first) / intervalSeconds));
  return Array.from({ length: count }, (_, n) => first + n * intervalSeconds);
}
