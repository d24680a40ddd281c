import { contexts, type UseCase } from '@mkt/topology';
import { type LadderLevel, ladder, levelFor, worst } from './ladder.ts';
import type { MonthLimits } from './month-limits.ts';
import type { Scenario } from './scenario.ts';
import type { ServerlessDatabases } from './serverless.ts';

/** What holds visits back: stores that were stopped, and the degrade ladder before that. */
export interface Brake {
  /** Before anything is asked. `mask` has a bit per serverless database that the visit needs. */
  refuses(useCase: UseCase, isBot: boolean, mask: number): boolean;
  /** No cache has the answer. */
  refusesMiss(isBot: boolean, mask: number): boolean;
  readonly ttlTimes: number;
  /** `elapsed` is the part of the month that is over. */
  endHour(elapsed: number): void;
}

const edits = new Set<UseCase>(['vendorUpdate']);
const sales = new Set<UseCase>(['addToCart', 'checkout']);

export function createBrake(
  scenario: Scenario,
  limits: MonthLimits,
  databases: ServerlessDatabases,
): Brake {
  const serverless = contexts.filter((context) => scenario.databases[context] === 'neon');
  let stopped = 0;
  let level: LadderLevel = 'normal';

  return {
    refuses(useCase, isBot, mask) {
      if ((mask & stopped) !== 0) return true;
      if (level === 'normal') return false;
      const effects = ladder[level];
      if (isBot && effects.bots === 'refused') return true;
      return (edits.has(useCase) && !effects.edits) || (sales.has(useCase) && !effects.sales);
    },
    refusesMiss(isBot, mask) {
      if ((mask & stopped) !== 0) return true;
      return isBot && ladder[level].bots !== 'served';
    },
    get ttlTimes() {
      return ladder[level].ttlTimes;
    },
    endHour(elapsed) {
      const levels: LadderLevel[] = [];
      for (const context of serverless) {
        const used = databases.awakeSeconds(context) / limits.awakeSeconds;
        if (used >= 1) stopped |= 1 << contexts.indexOf(context);
        levels.push(levelFor(used, elapsed));
      }
      level = scenario.ladder ? worst(levels) : 'normal';
    },
  };
}
