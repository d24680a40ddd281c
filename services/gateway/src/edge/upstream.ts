import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AnyRoute, RunningService } from '@mkt/service-kit';
import type { ServiceName } from '@mkt/topology';

export interface FetchedReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>;
  readonly body: Buffer;
}

/** A service as the gateway sees it, wherever it runs. */
export interface Upstream {
  readonly name: ServiceName;
  /** It has a process of its own, which may hang while this one does not. */
  readonly isElsewhere?: boolean;
  /** What it serves, for the API description. */
  readonly routes: readonly AnyRoute[];
  /** Hands the request over as it is: bodies stream through. */
  dispatch(request: IncomingMessage, response: ServerResponse): void;
  /** A read whose whole answer is wanted, to cache or to look into. */
  fetch(url: string, headers: Readonly<Record<string, string>>): Promise<FetchedReply>;
}

/** A service of the same process: no socket in between. */
export function inProcessUpstream(service: RunningService): Upstream {
  return {
    name: service.name,
    routes: service.parts.routes,
    dispatch: (request, response) => service.http.routing(request, response),
    async fetch(url, headers) {
      const reply = await service.http.inject({ method: 'GET', url, headers: { ...headers } });
      return { status: reply.statusCode, headers: reply.headers, body: reply.rawPayload };
    },
  };
}
