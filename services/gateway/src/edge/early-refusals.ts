import type { IncomingMessage } from 'node:http';
import type { Refusal } from '@mkt/kernel';
import { type Admission, overloaded } from '@mkt/service-kit';
import { LRUCache } from 'lru-cache';
import { isBuying } from './shedding.ts';

export interface EarlyRefusal {
  readonly refusal: Refusal;
  /** What else was said with it. */
  readonly headers: Readonly<Record<string, string>>;
}

interface Remembered extends EarlyRefusal {
  readonly untilMs: number;
}

/** What is refused before anything is done for it: a flood must not cost what it asks for. */
export interface EarlyRefusals {
  of(request: IncomingMessage, path: string): EarlyRefusal | undefined;
  /** The sender of this is over its limit, and will be for so long at least. */
  remember(authorization: string | undefined, refused: EarlyRefusal, forMs: number): void;
}

const noRoom: EarlyRefusal = { refusal: overloaded, headers: {} };
const maxRemembered = 1_000;
const longestMs = 1_000;

export function createEarlyRefusals(admission: Pick<Admission, 'turnsAway'>): EarlyRefusals {
  const remembered = new LRUCache<string, Remembered>({ max: maxRemembered });
  return {
    of({ headers: { authorization } }, path) {
      // Health and metrics are for whoever looks after it; an answer from the cache costs no more.
      if (authorization === undefined || !path.startsWith('/v1/')) return undefined;
      const known = remembered.get(authorization);
      if (known) {
        if (performance.now() < known.untilMs) return known;
        remembered.delete(authorization);
      }
      // Who it is would be known by its token alone; who buys is told by the address.
      const isTurnedAway = !isBuying(path) && admission.turnsAway('browsing');
      return isTurnedAway ? noRoom : undefined;
    },
    remember(authorization, { refusal, headers }, forMs) {
      if (authorization === undefined) return;
      const untilMs = performance.now() + Math.min(forMs, longestMs);
      remembered.set(authorization, { refusal, headers, untilMs });
    },
  };
}
