import { resilienceByClass, type ServiceName, serviceSpec } from '@mkt/topology';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Fault } from '../faults.ts';
import { newContext } from '../telemetry/context.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Tracer } from '../telemetry/trace/span.ts';
import { inSpan } from '../telemetry/trace/work.ts';
import type { PeerCaller, PeerTokens } from './peer-tokens.ts';
import { answerPeer, mayCallPeer, type PeerHandler } from './peers.ts';
import {
  answerOfError,
  answerOfResult,
  correlationHeader,
  deadlineHeader,
  defect,
  peerPathPrefix,
  type WireAnswer,
} from './wire.ts';

export interface PeerRoutesOptions {
  readonly service: ServiceName;
  readonly handlers: readonly PeerHandler[];
  readonly tokens: Pick<PeerTokens, 'verify'>;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly tracer?: Tracer | undefined;
}

/** A page of a catalogue, or every line of a large cart: more than a person's request. */
const maxPeerBodyBytes = 8 * 1024 * 1024;
const correlationPattern = /^[A-Za-z0-9._:-]{1,128}$/;

/** Who calls, by the token of the request; undefined where it is missing or not genuine. */
export function callerOf(
  request: FastifyRequest,
  tokens: Pick<PeerTokens, 'verify'>,
): PeerCaller | undefined {
  const header = request.headers.authorization ?? '';
  return header.startsWith('Bearer ') ? tokens.verify(header.slice(7)) : undefined;
}

/** Serves the operations of a service to its peers: `POST /internal/peers/<operation>`. */
export function addPeerRoutes(app: FastifyInstance, options: PeerRoutesOptions): void {
  const { service, metrics } = options;
  const handlers = new Map(options.handlers.map((handler) => [handler.operation.name, handler]));
  const longestMs = resilienceByClass[serviceSpec(service).class].operationTimeoutMs;

  async function answer(request: FastifyRequest, operation: string): Promise<WireAnswer> {
    const caller = callerOf(request, options.tokens);
    if (!caller)
      return defect(401, 'The peer token is missing, too old or made with another secret.');
    const handler = handlers.get(operation);
    if (!handler) return defect(404, `${service} does not know ${operation}.`);
    if (!mayCallPeer(caller, operation)) {
      return defect(403, `The topology does not let ${caller} call ${operation}.`);
    }
    const context = newContext({
      correlationId: headerOf(request, correlationHeader, correlationPattern),
      causationId: headerOf(request, correlationHeader, correlationPattern) ?? null,
      traceparent: request.headers.traceparent as string | undefined,
      timeoutMs: Math.min(longestMs, deadlineOf(request) ?? longestMs),
      tracer: options.tracer,
    });
    return inSpan(
      context,
      { name: operation, kind: 'server' },
      () => carryOut(handler, request.body, options),
      ({ status }) => (status >= 500 ? `HTTP_${status}` : null),
    );
  }

  app.post<{ Params: { operation: string } }>(
    `${peerPathPrefix}:operation`,
    { bodyLimit: maxPeerBodyBytes },
    async (request, reply) => {
      const startedAt = performance.now();
      const { operation } = request.params;
      const given = await answer(request, operation);
      if (handlers.has(operation)) {
        metrics.requestSeconds.observe(
          {
            service,
            method: 'POST',
            route: `${peerPathPrefix}${operation}`,
            status: String(given.status),
          },
          (performance.now() - startedAt) / 1_000,
        );
      }
      return sendAnswer(reply, given);
    },
  );
}

export function sendAnswer(reply: FastifyReply, { status, body }: WireAnswer): FastifyReply {
  return reply.code(status).type('application/json; charset=utf-8').send(body);
}

async function carryOut(
  handler: PeerHandler,
  request: unknown,
  { service, log }: PeerRoutesOptions,
): Promise<WireAnswer> {
  const operation = handler.operation.name;
  try {
    return answerOfResult(await answerPeer(handler, request));
  } catch (error) {
    if (error instanceof z.ZodError) {
      log.error({ service, operation, err: error }, 'a peer sent what the contract does not allow');
      return defect(400, `The request does not fit the contract of ${operation}.`);
    }
    const level = error instanceof Fault ? 'warn' : 'error';
    log[level]({ service, operation, err: error }, 'peer call failed');
    return answerOfError(error);
  }
}

function headerOf(request: FastifyRequest, name: string, pattern: RegExp): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' && pattern.test(value) ? value : undefined;
}

function deadlineOf(request: FastifyRequest): number | undefined {
  const given = headerOf(request, deadlineHeader, /^\d{1,9}$/);
  return given === undefined ? undefined : Number(given);
}
