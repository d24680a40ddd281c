/** The keys that were counted most get a name of their own; all others share this one. */
export const otherLabel = 'other';

/** What one more count of a key is told under, and the key that lost its name to it. */
export interface Counted {
  readonly label: string;
  readonly demoted?: string;
}

export interface TopList {
  add(key: string): Counted;
}

export interface TopListBounds {
  /** Keys that have a name. */
  readonly maxNamed: number;
  /** Keys that are watched, named or not: what memory is spent on. */
  readonly maxWatched: number;
  /** After so many counts all are halved, so that who was large long ago makes room. */
  readonly halvedEvery: number;
}

interface Watched {
  count: number;
  /** How much of the count may have been others', whose place the key took. */
  error: number;
  isNamed: boolean;
}

const usual: TopListBounds = { maxNamed: 20, maxWatched: 200, halvedEvery: 10_000 };

/**
 * Finds the largest of any number of keys in bounded memory ("space saving": a new key takes the
 * place of the smallest and starts with its count). A name goes over only to a key that is surely
 * twice as large as its holder: keys of about the same size must not take it from each other, since
 * every change is a new time series where the names are stored.
 */
export function createTopList(bounds: Partial<TopListBounds> = {}): TopList {
  const { maxNamed, maxWatched, halvedEvery } = { ...usual, ...bounds };
  const watched = new Map<string, Watched>();
  const named = new Map<string, Watched>();
  let counted = 0;

  function smallest(of: ReadonlyMap<string, Watched>, unnamedOnly: boolean) {
    let found: [string, Watched] | undefined;
    for (const entry of of) {
      if (unnamedOnly && entry[1].isNamed) continue;
      if (!found || entry[1].count < found[1].count) found = entry;
    }
    return found;
  }

  function watch(key: string): Watched {
    const known = watched.get(key);
    if (known) return known;
    const evicted = watched.size < maxWatched ? undefined : smallest(watched, true);
    if (evicted) watched.delete(evicted[0]);
    const inherited = evicted?.[1].count ?? 0;
    const entry = { count: inherited, error: inherited, isNamed: false };
    watched.set(key, entry);
    return entry;
  }

  function halve(): void {
    for (const [key, entry] of watched) {
      entry.count /= 2;
      entry.error /= 2;
      if (entry.count < 1 && !entry.isNamed) watched.delete(key);
    }
  }

  function name(key: string, entry: Watched): Counted {
    entry.isNamed = true;
    named.set(key, entry);
    return { label: key };
  }

  return {
    add(key) {
      counted += 1;
      if (counted % halvedEvery === 0) halve();
      const entry = watch(key);
      entry.count += 1;
      if (entry.isNamed) return { label: key };
      if (named.size < maxNamed) return name(key, entry);
      const weakest = smallest(named, false);
      if (!weakest || entry.count - entry.error <= 2 * weakest[1].count) {
        return { label: otherLabel };
      }
      weakest[1].isNamed = false;
      named.delete(weakest[0]);
      return { ...name(key, entry), demoted: weakest[0] };
    },
  };
}
