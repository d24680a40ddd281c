import type { Demand, TrafficShape, UseCase } from '@mkt/topology';
import { hoursOfDay, type Month, type Scenario } from './scenario.ts';

/** A stream of visits of one kind; how many a second is constant within an hour. */
export interface Stream {
  readonly useCase: UseCase;
  /** Bots go through everything alike; people want what others want. */
  readonly isBot: boolean;
  readonly perSecond: Float64Array;
}

const secondsOfDay = 86_400;
/** Vendors ship when they work: 8 to 18, Monday to Friday. */
const works = (hour: number, weekday: number): boolean => hour >= 8 && hour < 18 && weekday < 5;

/** What comes in each hour of the month; `hours` numbers per stream. */
export function streamsOf({ traffic, month }: Pick<Scenario, 'traffic' | 'month'>): Stream[] {
  const { perMonth, shape } = traffic;
  const seconds = month.days * secondsOfDay;
  const people = (useCase: Demand): Stream => ({
    useCase,
    isBot: false,
    perSecond: hourly(
      month,
      (hour, day) => (perMonth[useCase] / seconds) * wave(shape, hour, day, month),
    ),
  });
  const bots = (useCase: Demand): Stream => ({
    useCase,
    isBot: true,
    perSecond: hourly(month, () => (perMonth[useCase] / seconds) * shape.botsPerPerson),
  });
  const working = hourly(month, (hour, day) => (works(hour, weekdayOf(day, month)) ? 1 : 0));
  const workingSeconds = working.reduce((sum, one) => sum + one, 0) * 3_600;
  const vendors = (useCase: UseCase, count: number): Stream => ({
    useCase,
    isBot: false,
    perSecond: working.map((one) => (one * count) / workingSeconds),
  });
  return [
    people('pageView'),
    bots('pageView'),
    people('search'),
    bots('search'),
    people('addToCart'),
    people('checkout'),
    vendors('vendorUpdate', perMonth.vendorUpdate),
    vendors('fulfillment', perMonth.checkout),
    {
      useCase: 'webhook',
      isBot: false,
      perSecond: people('checkout').perSecond.map((rate) => rate * shape.webhooksPerCheckout),
    },
  ];
}

export const hoursOf = (month: Month): number => month.days * hoursOfDay;

const weekdayOf = (day: number, { firstWeekday }: Month): number => (firstWeekday + day) % 7;

function hourly(month: Month, value: (hour: number, day: number) => number): Float64Array {
  return Float64Array.from({ length: hoursOf(month) }, (_, at) =>
    value(at % hoursOfDay, Math.floor(at / hoursOfDay)),
  );
}

/** How many times the mean people come in this hour. */
function wave(shape: TrafficShape, hour: number, day: number, month: Month): number {
  const daily = shape.hours[hour] ?? 1;
  const weekly = shape.weekdays[weekdayOf(day, month)] ?? 1;
  return daily * weekly * campaignTimes(shape, day * hoursOfDay + hour);
}

function campaignTimes({ campaign }: TrafficShape, at: number): number {
  if (!campaign) return 1;
  const start = (campaign.day - 1) * hoursOfDay + campaign.hour;
  return at >= start && at < start + campaign.hours ? campaign.times : 1;
}
