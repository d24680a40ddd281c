/** What was declared stale: one key, or all that begin with a prefix. */
export interface Invalidation {
  readonly kind: 'key' | 'prefix';
  readonly text: string;
}

/** An invalidation with its place: the id that the server's log gave it, which grows with time. */
export interface PlacedInvalidation extends Invalidation {
  readonly id: string;
}

export const noId = '0-0';

/** Whether one id of a stream is later than another. */
export function isLater(id: string, than: string): boolean {
  const [ms = '0', at = '0'] = id.split('-');
  const [thanMs = '0', thanAt = '0'] = than.split('-');
  const byTime = Number(ms) - Number(thanMs);
  return byTime > 0 || (byTime === 0 && Number(at) > Number(thanAt));
}

/** The invalidations that are known here; decides whether what was read at a time still holds. */
export interface InvalidationLog {
  /** The latest that is known. */
  readonly lastId: string;
  add(invalidation: PlacedInvalidation): void;
  /** Those up to the id are not known one by one: nothing that was read before it is trusted. */
  forgetUpTo(id: string): void;
  holds(key: string, readAt: string): boolean;
}

/** Remembers so many; what was read before the oldest of them is not trusted. */
export function createInvalidationLog(maxRemembered: number): InvalidationLog {
  const keys = new Map<string, string>();
  let prefixes: PlacedInvalidation[] = [];
  let horizon = noId;
  let lastId = noId;

  function trim(): void {
    while (keys.size > maxRemembered) {
      const [oldest] = keys;
      if (!oldest) return;
      keys.delete(oldest[0]);
      if (isLater(oldest[1], horizon)) horizon = oldest[1];
    }
    while (prefixes.length > maxRemembered) {
      const oldest = prefixes.shift();
      if (oldest && isLater(oldest.id, horizon)) horizon = oldest.id;
    }
  }

  return {
    get lastId() {
      return lastId;
    },
    add({ id, kind, text }) {
      if (!isLater(id, lastId)) return;
      lastId = id;
      if (kind === 'key') {
        // Put last again: the map is in the order of their ids.
        keys.delete(text);
        keys.set(text, id);
      } else {
        prefixes = prefixes.filter((known) => !known.text.startsWith(text));
        prefixes.push({ id, kind, text });
      }
      trim();
    },
    forgetUpTo(id) {
      if (isLater(id, horizon)) horizon = id;
      if (isLater(id, lastId)) lastId = id;
    },
    holds(key, readAt) {
      if (isLater(horizon, readAt)) return false;
      const deletedAt = keys.get(key);
      if (deletedAt !== undefined && isLater(deletedAt, readAt)) return false;
      return !prefixes.some(({ id, text }) => isLater(id, readAt) && key.startsWith(text));
    },
  };
}
