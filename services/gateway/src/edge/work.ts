import type { IncomingMessage, ServerResponse } from 'node:http';
import { endSpan, newContext, steadyNowMs, type Tracer, type WorkContext } from '@mkt/service-kit';
import { operationsPrefix, serviceOfPrefix } from '@mkt/topology';

export interface BegunRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly requestId: string;
  readonly tracer: Tracer | undefined;
}

/**
 * Begins the work that a request is, with its span, which ends with the answer. The service behind
 * goes on from it, whatever trace the client sent.
 */
export function beginWork({
  request,
  response,
  path,
  requestId,
  tracer,
}: BegunRequest): WorkContext {
  const name = spanNameOf(request.method ?? 'GET', path);
  const context = newContext({
    correlationId: requestId,
    traceparent: request.headers.traceparent as string | undefined,
    tracer: name === undefined ? undefined : tracer,
    isRead: request.method === 'GET' || request.method === 'HEAD',
  });
  request.headers.traceparent = context.traceparent;
  if (name !== undefined && context.tracer) recordAnswer(context, name, response);
  return context;
}

/** By the prefix alone: what follows may name anything. Looking at operations is not recorded. */
function spanNameOf(method: string, path: string): string | undefined {
  if (!path.startsWith('/v1/')) return undefined;
  const prefix = path.split('/', 3)[2] ?? '';
  if (prefix === operationsPrefix) return undefined;
  return `${method} /v1/${serviceOfPrefix(prefix) ? prefix : '?'}`;
}

function recordAnswer(context: WorkContext, name: string, response: ServerResponse): void {
  const startedAtMs = steadyNowMs();
  response.once('close', () => {
    const status = response.statusCode;
    const error = status >= 500 ? `HTTP_${status}` : null;
    endSpan(context, { name, kind: 'server' }, { startedAtMs, error, facts: { status } });
  });
}
