import { newContext, runInContext } from './telemetry/context.ts';

export interface SharedReadsOptions<Value> {
  /** Reads all of these at once; what the map lacks does not exist. */
  readonly readMany: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>;
  /** Keys of one read; those beyond it wait for the next. */
  readonly maxKeys: number;
}

/**
 * One read of the store for everybody who asks at about the same time. While a read is under way
 * the questions gather, and the next read answers them all. Nobody joins a read that began before
 * he asked, so what he gets is never older than his question: this is no cache.
 */
export function createSharedReads<Value>(
  options: SharedReadsOptions<Value>,
): (key: string) => Promise<Value | undefined> {
  const gathered = new Map<string, PromiseWithResolvers<Value | undefined>>();
  let underWay = false;

  async function readGathered(): Promise<void> {
    underWay = true;
    while (gathered.size > 0) {
      const questions = [...gathered].slice(0, options.maxKeys);
      for (const [key] of questions) gathered.delete(key);
      try {
        const found = await options.readMany(questions.map(([key]) => key));
        for (const [key, { resolve }] of questions) resolve(found.get(key));
      } catch (error) {
        for (const [, { reject }] of questions) reject(error);
      }
    }
    underWay = false;
  }

  return (key) => {
    let question = gathered.get(key);
    if (!question) {
      question = Promise.withResolvers();
      gathered.set(key, question);
      // Nobody's own work: neither a deadline nor a count of statements goes with it.
      if (!underWay) void runInContext(newContext(), readGathered);
    }
    return question.promise;
  };
}
