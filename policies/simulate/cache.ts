import type { Popularity } from './popularity.ts';
import type { Random } from './random.ts';

/** Answers that are kept for a time, each by what was asked. */
export interface Cache {
  /** Somebody asks for something: is the answer kept? Bots ask for everything alike. */
  has(isBot: boolean, atSeconds: number, ttlTimes: number): boolean;
  /** Keeps the answer to what was asked last. */
  keep(atSeconds: number): void;
}

export function createCache(popularity: Popularity, ttlSeconds: number, random: Random): Cache {
  const keptAt = new Float64Array(popularity.count).fill(Number.NEGATIVE_INFINITY);
  let asked = 0;
  return {
    has(isBot, atSeconds, ttlTimes) {
      asked = isBot ? Math.floor(random() * popularity.count) : popularity.pick(random);
      return atSeconds - (keptAt[asked] as number) < ttlSeconds * ttlTimes;
    },
    keep(atSeconds) {
      keptAt[asked] = atSeconds;
    },
  };
}
