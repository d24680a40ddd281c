import { createGathering } from './gathering.ts';

export interface SharedReadsOptions<Value> {
  /** Reads all of these at once; what the map lacks does not exist. */
  readonly readMany: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>;
  /** Keys of one read; those beyond it wait for the next. */
  readonly maxKeys: number;
}

/**
 * One read of the store for everybody who asks at about the same time. Nobody joins a read that
 * began before he asked, so what he gets is never older than his question: this is no cache.
 */
export function createSharedReads<Value>({
  readMany,
  maxKeys,
}: SharedReadsOptions<Value>): (key: string) => Promise<Value | undefined> {
  const asked = new Map<string, Promise<Value | undefined>>();
  const read = createGathering<string, Value | undefined>({
    maxItems: maxKeys,
    work: async (keys) => {
      for (const key of keys) asked.delete(key);
      const found = await readMany(keys);
      return keys.map((key) => found.get(key));
    },
  });
  return (key) => {
    const alike = asked.get(key);
    if (alike) return alike;
    const question = read(key);
    asked.set(key, question);
    return question;
  };
}
