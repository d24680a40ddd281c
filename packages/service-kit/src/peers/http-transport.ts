import { err, ok, type Refusal, type Result } from '@mkt/kernel';
import type { ServiceName } from '@mkt/topology';
import { Fault } from '../faults.ts';
import { currentContext, remainingMs } from '../telemetry/context.ts';
import type { PeerTransport } from './peers.ts';

/** Where peer operations are served below a service's address. */
export const peerPathPrefix = '/internal/peers/';
export const deadlineHeader = 'x-mkt-deadline-ms';
export const correlationHeader = 'x-mkt-correlation-id';

export interface HttpPeerOptions {
  readonly urlOf: (service: ServiceName) => string;
  /** Shared by the services of one installation; the gateway never forwards this path. */
  readonly peerToken: string;
}

interface WireReply {
  readonly refusal?: Refusal;
  readonly value?: unknown;
}

/** Calls a peer over HTTP. Refusals come back as values, everything else that fails as a fault. */
export function createHttpTransport(options: HttpPeerOptions): PeerTransport {
  return async (service, operation, request, signal) => {
    const context = currentContext();
    const remaining = remainingMs();
    const response = await send(
      service,
      `${options.urlOf(service)}${peerPathPrefix}${operation.name}`,
      {
        method: 'POST',
        signal,
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${options.peerToken}`,
          ...(context
            ? { traceparent: context.traceparent, [correlationHeader]: context.correlationId }
            : {}),
          ...(remaining === undefined ? {} : { [deadlineHeader]: String(Math.round(remaining)) }),
        },
        body: JSON.stringify(request),
      },
    );
    if (!response.ok) {
      await response.body?.cancel();
      throw new Fault('DEPENDENCY_UNAVAILABLE', `${service} answered ${response.status}`);
    }
    return resultOf(
      (await response.json()) as WireReply,
      operation.reply.parse.bind(operation.reply),
    );
  };
}

async function send(service: string, url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (init.signal?.aborted) {
      throw new Fault('DEPENDENCY_TIMEOUT', `${service} did not answer in time`, { cause: error });
    }
    throw new Fault('DEPENDENCY_UNAVAILABLE', `${service} cannot be reached`, { cause: error });
  }
}

function resultOf(reply: WireReply, parse: (value: unknown) => unknown): Result<unknown, Refusal> {
  return reply.refusal ? err(reply.refusal) : ok(parse(reply.value));
}
