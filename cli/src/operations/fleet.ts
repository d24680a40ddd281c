import { type ServiceName, serviceNames } from '@mkt/topology';
import { type Api, listAtMost, type Query } from '../adapters/api.ts';
import { exitCodes, Failure } from '../failure.ts';

/** What one service answered. */
export interface Answer<Reply> {
  readonly service: ServiceName;
  readonly reply: Reply;
}

/** Asked of every service; those that cannot be reached now are named, those without it left out. */
export interface Answers<Reply> {
  readonly answers: readonly Answer<Reply>[];
  readonly silent: readonly ServiceName[];
}

/** All services, or the one that was named. */
export function servicesMeant(named: string | undefined): readonly ServiceName[] {
  return named === undefined ? serviceNames : serviceNames.filter((name) => name === named);
}

export function operationsPath(service: string, rest: string): string {
  return `/v1/operations/${service}/${rest}`;
}

/** Asks the services at once. Whoever may not ask one may ask none: that is thrown. */
export async function askAll<Reply>(
  services: readonly ServiceName[],
  ask: (service: ServiceName) => Promise<Reply>,
): Promise<Answers<Reply>> {
  const answers: Answer<Reply>[] = [];
  const silent: ServiceName[] = [];
  const failures: Failure[] = [];
  await Promise.all(
    services.map(async (service) => {
      try {
        answers.push({ service, reply: await ask(service) });
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        if (error.code.endsWith('NOT_FOUND')) return;
        if (error.exit !== exitCodes.noUpstream) throw error;
        silent.push(service);
        failures.push(error);
      }
    }),
  );
  const [failure] = failures;
  if (failure && silent.length === services.length) throw failure;
  return { answers, silent };
}

/** A listing of each service, as one with the service's name in every row. */
export async function listOfAll<Item>(
  api: Api,
  rest: string,
  options: {
    readonly service?: string | undefined;
    readonly limit: number;
    readonly query?: Query;
  },
): Promise<{
  readonly items: readonly (Item & { readonly service: ServiceName })[];
  readonly hasMore: boolean;
  readonly silent: readonly ServiceName[];
}> {
  const { limit, query = {} } = options;
  const { answers, silent } = await askAll(servicesMeant(options.service), (service) =>
    listAtMost<Item>(api, operationsPath(service, rest), { limit, query }),
  );
  const items = answers.flatMap(({ service, reply }) =>
    reply.items.map((item) => ({ ...item, service })),
  );
  return { items, hasMore: answers.some(({ reply }) => reply.hasMore), silent };
}
