import type { ServiceName } from '@mkt/topology';
import type { Api } from '../adapters/api.ts';
import { Failure } from '../failure.ts';
import { askAll, listOfAll, operationsPath, servicesMeant } from './fleet.ts';

export const deadLetterStates = ['waiting', 'replayed', 'all'] as const;

/** An event that a service could not apply. */
export interface ParkedEvent {
  readonly eventId: string;
  readonly type: string;
  readonly aggregateId: string;
  readonly occurredAt: string;
  readonly reason: string;
  readonly attempts: number;
  readonly failedAt: string | null;
  readonly replayedAt: string | null;
}

export interface ParkedEventDetail extends ParkedEvent {
  readonly service: ServiceName;
  readonly envelope: Readonly<Record<string, unknown>>;
}

export interface Replayed {
  readonly service: ServiceName;
  readonly eventId: string;
  readonly outcome: 'applied' | 'alreadyApplied' | 'failed';
  readonly reason?: string;
}

export interface EventFilter {
  readonly service?: string | undefined;
  readonly type?: string | undefined;
  readonly state: (typeof deadLetterStates)[number];
  readonly limit: number;
}

export async function listEvents(api: Api, { service, type, state, limit }: EventFilter) {
  const query = { type, state };
  const found = await listOfAll<ParkedEvent>(api, 'dead-letters', { service, limit, query });
  // Ids of events grow with time.
  const newestFirst = found.items.toSorted((a, b) => b.eventId.localeCompare(a.eventId));
  const items = newestFirst.slice(0, limit);
  return { ...found, items, hasMore: found.hasMore || newestFirst.length > limit };
}

const notParked = (eventId: string): Failure =>
  new Failure(`No service has the event ${eventId} parked.`, {
    code: 'DEAD_LETTER_NOT_FOUND',
    next: 'List those that are: mkt event list',
  });

/** A parked event at each service that could not apply it. */
export async function showEvent(
  api: Api,
  eventId: string,
  service?: string,
): Promise<readonly ParkedEventDetail[]> {
  const path = `dead-letters/${encodeURIComponent(eventId)}`;
  const { answers } = await askAll(servicesMeant(service), (name) =>
    api.get<Omit<ParkedEventDetail, 'service'>>(operationsPath(name, path)),
  );
  if (answers.length === 0) throw notParked(eventId);
  return answers.map((one) => ({ ...one.reply, service: one.service }));
}

/** Applies a parked event again, wherever it is parked. */
export async function replayEvent(
  api: Api,
  eventId: string,
  service?: string,
): Promise<readonly Replayed[]> {
  const path = `dead-letters/${encodeURIComponent(eventId)}/replay`;
  const { answers } = await askAll(servicesMeant(service), (name) =>
    api.post<Omit<Replayed, 'service'>>(operationsPath(name, path)),
  );
  if (answers.length === 0) throw notParked(eventId);
  return answers.map((one) => ({ ...one.reply, service: one.service }));
}

interface ReplayedPage {
  readonly items: readonly Omit<Replayed, 'service'>[];
  readonly waiting: number;
}

/** Applies all parked events of a type again, each service's in their order. */
export async function replayType(
  api: Api,
  type: string,
  service?: string,
): Promise<readonly Replayed[]> {
  const { answers } = await askAll(servicesMeant(service), async (name) => {
    const items: Omit<Replayed, 'service'>[] = [];
    let page: ReplayedPage;
    do {
      page = await api.post<ReplayedPage>(operationsPath(name, 'dead-letters/replay'), { type });
      items.push(...page.items);
      // What failed stays waiting: going on would try the same ones for ever.
    } while (page.waiting > 0 && page.items.some(({ outcome }) => outcome !== 'failed'));
    return items;
  });
  return answers.flatMap((one) => one.reply.map((item) => ({ ...item, service: one.service })));
}
