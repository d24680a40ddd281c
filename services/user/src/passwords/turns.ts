import { Fault } from '@mkt/service-kit';

/** Lets few run at once and few wait; who comes after that is told to come back. */
export interface Turns {
  take<T>(work: () => Promise<T>): Promise<T>;
}

export function createTurns(atOnce: number, waitingLimit: number): Turns {
  const waiting: (() => void)[] = [];
  let running = 0;

  return {
    async take(work) {
      if (running < atOnce) {
        running += 1;
      } else {
        if (waiting.length >= waitingLimit) {
          throw new Fault('DEPENDENCY_OVERLOADED', 'Too many people are signing in at the moment');
        }
        // Whoever finishes hands its place over, so `running` stays as it is.
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else running -= 1;
      }
    },
  };
}
