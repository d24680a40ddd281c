import { newContext, runInContext } from './telemetry/context.ts';

export interface GatheringOptions<Item, Answer> {
  /** Deals with all of these at once; the answers are in the items' order. */
  readonly work: (items: readonly Item[]) => Promise<readonly Answer[]>;
  /** More than so many wait for the next turn. */
  readonly maxItems: number;
}

interface Waiting<Item, Answer> extends PromiseWithResolvers<Answer> {
  readonly item: Item;
}

/**
 * One turn of work for all who come at about the same time: the first is dealt with at once, and
 * what comes while a turn is under way makes the next. Nobody waits for company, and nobody is
 * answered by a turn that began before he came. A turn that fails fails for all who were in it.
 */
export function createGathering<Item, Answer>(
  options: GatheringOptions<Item, Answer>,
): (item: Item) => Promise<Answer> {
  const waiting: Waiting<Item, Answer>[] = [];
  let underWay = false;

  async function workInTurns(): Promise<void> {
    // What comes within the same moment goes along.
    await Promise.resolve();
    while (waiting.length > 0) {
      const turn = waiting.splice(0, options.maxItems);
      try {
        const answers = await options.work(turn.map(({ item }) => item));
        for (const [at, { resolve }] of turn.entries()) resolve(answers[at] as Answer);
      } catch (error) {
        for (const { reject } of turn) reject(error);
      }
    }
    underWay = false;
  }

  return (item) => {
    const added = { item, ...Promise.withResolvers<Answer>() };
    waiting.push(added);
    if (!underWay) {
      underWay = true;
      // It is nobody's own work: neither a deadline nor a count of statements goes with it.
      void runInContext(newContext(), workInTurns);
    }
    return added.promise;
  };
}
