import type { ServiceName } from '@mkt/topology';
import type { Api } from '../adapters/api.ts';
import { Failure, usageFailure } from '../failure.ts';
import { askAll, listOfAll, operationsPath, servicesMeant } from './fleet.ts';

export const sagaStates = ['open', 'stuck', 'finished', 'all'] as const;

export interface Saga {
  readonly kind: string;
  readonly sagaId: string;
  readonly step: string;
  readonly stuck: boolean;
  readonly underWay: boolean;
  readonly attempts: number;
  readonly lastError: string | null;
  readonly dueAt: string | null;
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
  readonly finishedAt: string | null;
}

export interface SagaDetail extends Saga {
  readonly service: ServiceName;
  readonly state: unknown;
  readonly command: unknown;
  readonly signals: readonly unknown[];
}

export interface SagaFilter {
  readonly service?: string | undefined;
  readonly kind?: string | undefined;
  readonly step?: string | undefined;
  readonly state: (typeof sagaStates)[number];
  readonly limit: number;
}

export async function listSagas(api: Api, { service, limit, kind, step, state }: SagaFilter) {
  const query = { kind, step, state };
  const found = await listOfAll<Saga>(api, 'sagas', { service, limit, query });
  return { ...found, items: found.items.slice(0, limit) };
}

/** `checkout/0190b6f0-…`, as the list writes it. */
function pathOf(saga: string): string {
  const [, kind, sagaId] = /^([A-Za-z][\w.-]{0,63})\/([0-9a-f-]{36})$/.exec(saga) ?? [];
  if (kind !== undefined && sagaId !== undefined) return `sagas/${kind}/${sagaId}`;
  throw usageFailure(`"${saga}" is not a saga.`, 'Write it as in mkt saga list: KIND/ID');
}

type Shown = Omit<SagaDetail, 'service'>;

async function fromOwner(
  saga: string,
  ask: (service: ServiceName) => Promise<Shown>,
): Promise<SagaDetail> {
  const { answers } = await askAll(servicesMeant(undefined), ask);
  const [found] = answers;
  if (found) return { ...found.reply, service: found.service };
  throw new Failure(`No service stores the saga ${saga}.`, {
    code: 'SAGA_NOT_FOUND',
    next: 'List them: mkt saga list --state all',
  });
}

export async function showSaga(api: Api, saga: string): Promise<SagaDetail> {
  const path = pathOf(saga);
  return fromOwner(saga, (service) => api.get<Shown>(operationsPath(service, path)));
}

/** Takes a saga up now; answers with where it stands then. */
export async function retrySaga(api: Api, saga: string): Promise<SagaDetail> {
  const path = pathOf(saga);
  return fromOwner(saga, (service) => api.post<Shown>(operationsPath(service, `${path}/retry`)));
}
