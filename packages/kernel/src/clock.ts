/** The time is an argument: only the wiring decides which clock ticks. */
export interface Clock {
  now(): Date;
}

export interface FixedClock extends Clock {
  advance(ms: number): void;
}

export const systemClock: Clock = { now: () => new Date() };

/** A clock that moves only when told to. */
export function fixedClock(start: Date | string | number): FixedClock {
  let timeMs = new Date(start).getTime();
  return {
    now: () => new Date(timeMs),
    advance: (ms) => {
      timeMs += ms;
    },
  };
}
