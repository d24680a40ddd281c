import { type Activity, emptyActivity } from './activity.ts';
import { assumptions } from './assumptions.ts';
import { createBrake } from './brake.ts';
import { hoursOf, type Stream, streamsOf } from './demand.ts';
import type { MonthLimits } from './month-limits.ts';
import { createRandom, type Random } from './random.ts';
import type { Scenario } from './scenario.ts';
import { scheduleOf } from './schedule.ts';
import { createServerlessDatabases } from './serverless.ts';
import { createVisits, type Visits } from './visits.ts';

const hourSeconds = 3_600;

/**
 * Lives through the month visit by visit: arrivals by chance within each hour, caches by what was
 * asked when, databases that wake and sleep. The same seed gives the same month.
 */
export function simulateMonth(scenario: Scenario, limits: MonthLimits, seed: number): Activity {
  const random = createRandom(seed);
  const hours = hoursOf(scenario.month);
  const activity = emptyActivity(hours);
  const databases = createServerlessDatabases(scenario, limits.suspendSeconds, activity);
  const brake = createBrake(scenario, limits, databases);
  const visits = createVisits({ scenario, activity, databases, brake, random });
  const scheduled = scheduleOf(scenario, random);
  const liveHour = createHours(streamsOf(scenario), visits, random);
  let next = 0;
  for (let hour = 0; hour < hours; hour += 1) {
    liveHour(hour, (until) => {
      for (let due = scheduled[next]; due && due.atSeconds < until; due = scheduled[next]) {
        visits.run(due, hour);
        next += 1;
      }
    });
    // A look at counters in memory asks no store: when in the hour it comes makes no difference.
    activity.done.scrape[hour] = hourSeconds / assumptions.scrapeSeconds;
    databases.endHour(hour);
    brake.endHour((hour + 1) / hours);
  }
  return activity;
}

/** Lives one hour; before each visit whatever is due by then is done. */
function createHours(streams: readonly Stream[], visits: Visits, random: Random) {
  const effects = streams.map(({ useCase }) => visits.effectOf(useCase));
  /** Rates of the hour, each with those before it: a share of the last finds its stream. */
  const upTo = new Float64Array(streams.length);

  function sumRates(hour: number): number {
    let rate = 0;
    for (const [at, stream] of streams.entries()) {
      rate += stream.perSecond[hour] as number;
      upTo[at] = rate;
    }
    return rate;
  }

  function pickStream(rate: number): number {
    const chosen = random() * rate;
    let at = 0;
    while (chosen >= (upTo[at] as number) && at < streams.length - 1) at += 1;
    return at;
  }

  return (hour: number, runDue: (until: number) => void): void => {
    const rate = sumRates(hour);
    const end = (hour + 1) * hourSeconds;
    let now = hour * hourSeconds;
    while (rate > 0) {
      // Arrivals have no memory: the time to the next one is exponential.
      now -= Math.log(1 - random()) / rate;
      if (now >= end) break;
      runDue(now);
      const at = pickStream(rate);
      visits.visit(effects[at] as (typeof effects)[number], streams[at]?.isBot === true, now, hour);
    }
    runDue(end);
  };
}
