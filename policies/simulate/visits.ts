import { type UseCase, useCases } from '@mkt/topology';
import type { Activity } from './activity.ts';
import type { Brake } from './brake.ts';
import { createCache } from './cache.ts';
import { zipf } from './popularity.ts';
import type { Random } from './random.ts';
import type { Scenario } from './scenario.ts';
import type { Scheduled } from './schedule.ts';
import type { ServerlessDatabases } from './serverless.ts';

/** What one execution of a use case does to caches, databases and counts. */
type Effect = ReturnType<typeof effectOf>;

export interface Visits {
  effectOf(useCase: UseCase): Effect;
  /** Somebody comes. */
  visit(effect: Effect, isBot: boolean, atSeconds: number, hour: number): void;
  /** The machinery, or a vendor who edits in bulk, does what it does at this moment. */
  run(scheduled: Scheduled, hour: number): void;
}

interface Parts {
  readonly scenario: Scenario;
  readonly activity: Activity;
  readonly databases: ServerlessDatabases;
  readonly brake: Brake;
  readonly random: Random;
}

const increment = (counts: Float64Array, hour: number, by: number): void => {
  counts[hour] = (counts[hour] as number) + by;
};

function effectOf(useCase: UseCase, { scenario, activity, databases, random }: Parts) {
  const { always, onMiss } = scenario.costs[useCase];
  const { products, questions } = scenario.traffic.shape;
  const popularity = onMiss && zipf(onMiss.keyedBy === 'product' ? products : questions);
  return {
    useCase,
    done: activity.done[useCase],
    missed: activity.missed[useCase],
    refused: activity.refused[useCase],
    alwaysMask: databases.maskOf(always),
    missMask: onMiss ? databases.maskOf(onMiss.cost) : 0,
    documents: always.documentOperations,
    missDocuments: onMiss?.cost.documentOperations ?? 0,
    cache: popularity && createCache(popularity, onMiss.ttlSeconds, random),
  };
}

export function createVisits(parts: Parts): Visits {
  const { activity, databases, brake } = parts;
  const effects = new Map(useCases.map((useCase) => [useCase, effectOf(useCase, parts)] as const));
  const found = (useCase: UseCase): Effect => effects.get(useCase) as Effect;
  let second = -1;
  let documentsInSecond = 0;

  function countDocuments(count: number, atSeconds: number, hour: number): void {
    const now = Math.floor(atSeconds);
    documentsInSecond = now === second ? documentsInSecond + count : count;
    second = now;
    const peaks = activity.peakDocumentOperations;
    if (documentsInSecond > (peaks[hour] as number)) peaks[hour] = documentsInSecond;
  }

  function done(effect: Effect, mask: number, atSeconds: number, hour: number): void {
    if (mask !== 0) databases.touch(mask, atSeconds);
    if (effect.documents > 0) countDocuments(effect.documents, atSeconds, hour);
  }

  /** False where the store that would have to answer is stopped. */
  function answers(effect: Effect, isBot: boolean, atSeconds: number, hour: number): boolean {
    const { cache, missed, missMask, missDocuments } = effect;
    if (!cache || cache.has(isBot, atSeconds, brake.ttlTimes)) return true;
    if (brake.refusesMiss(isBot, missMask)) return false;
    cache.keep(atSeconds);
    increment(missed, hour, 1);
    databases.touch(missMask, atSeconds);
    if (missDocuments > 0) countDocuments(missDocuments, atSeconds, hour);
    return true;
  }

  return {
    effectOf: found,
    visit(effect, isBot, atSeconds, hour) {
      const isServed =
        !brake.refuses(effect.useCase, isBot, effect.alwaysMask) &&
        answers(effect, isBot, atSeconds, hour);
      increment(isServed ? effect.done : effect.refused, hour, 1);
      if (isServed) done(effect, effect.alwaysMask, atSeconds, hour);
    },
    run({ useCase, part, context, atSeconds }, hour) {
      const effect = found(useCase);
      const mask = context ? databases.maskOf({ statements: { [context]: 1 } }) : effect.alwaysMask;
      const isServed = !brake.refuses(useCase, false, mask);
      increment(isServed ? effect.done : effect.refused, hour, part);
      if (isServed) done(effect, mask, atSeconds, hour);
    },
  };
}
