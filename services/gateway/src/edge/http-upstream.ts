import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import {
  type AnyRoute,
  currentContext,
  Fault,
  type Logger,
  problemOfError,
  problemType,
  requestIdHeader,
} from '@mkt/service-kit';
import { resilienceByClass, type ServiceName, serviceSpec } from '@mkt/topology';
import { Pool } from 'undici';
import { bulk } from './shedding.ts';
import type { Upstream } from './upstream.ts';

export interface HttpUpstreamOptions {
  readonly name: ServiceName;
  readonly routes: readonly AnyRoute[];
  /** Where the service answers, such as `http://order:8080`. */
  readonly url: string;
  readonly log: Logger;
}

export interface HttpUpstream extends Upstream {
  close(): Promise<void>;
}

const connections = 128;
const connectTimeoutMs = 2_000;
/** Shorter than a service keeps a connection, so that none is closed under a request. */
const keepAliveMs = 10_000;
/** An import answers when all of it is stored; whoever waits for less gives up by himself. */
const bulkTimeoutMs = 120_000;
/** What a service gives up by itself has been answered by then. */
const overrunMs = 5_000;
/** A body up to this has been sent in no time. */
const smallBodyBytes = 64 * 1024;
/** For an answer that is cached or looked into; what streams through has no bound here. */
const maxFetchedBytes = 32 * 1024 * 1024;

/** Of one connection, never of the request: RFC 9110, 7.6.1. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
/** Answered by us, or meant for our name. */
const notForwarded = new Set([...hopByHop, 'host', 'expect']);

/** A service in a process of its own. Bodies stream through in both directions. */
export function httpUpstream(options: HttpUpstreamOptions): HttpUpstream {
  const { name, routes, url } = options;
  const pool = new Pool(url, {
    connections,
    pipelining: 1,
    connectTimeout: connectTimeoutMs,
    keepAliveTimeout: keepAliveMs,
    headersTimeout: bulkTimeoutMs,
    bodyTimeout: bulkTimeoutMs,
  });
  const ordinaryTimeoutMs =
    resilienceByClass[serviceSpec(name).class].operationTimeoutMs + overrunMs;

  /** A service that hangs must not hold who asks for it any longer than one that is slow. */
  function timeoutOf({ url = '/', headers }: IncomingMessage): number {
    const isSmall =
      headers['transfer-encoding'] === undefined &&
      Number(headers['content-length'] ?? 0) <= smallBodyBytes;
    return isSmall && !bulk.test(url) ? ordinaryTimeoutMs : bulkTimeoutMs;
  }

  async function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const reply = await pool.request({
      method: request.method ?? 'GET',
      path: request.url ?? '/',
      headers: { ...kept(request.headers, notForwarded), ...traceHeaders() },
      body: hasBody(request) ? request : null,
      headersTimeout: timeoutOf(request),
      signal: gone.signal,
    });
    response.writeHead(reply.statusCode, kept(reply.headers, hopByHop));
    await pipeline(reply.body, response);
  }

  return {
    name,
    routes,
    isElsewhere: true,
    dispatch(request, response) {
      forward(request, response).catch((error: unknown) => {
        // Whoever asked has left: nobody to tell, and no fault of the service.
        if (response.destroyed) return;
        const requestId = String(request.headers[requestIdHeader] ?? '');
        options.log.warn({ service: 'gateway', peer: name, requestId, err: error }, 'no answer');
        answerFor(name, error, response, requestId);
      });
    },
    async fetch(path, headers) {
      try {
        const sent = { ...headers, ...traceHeaders() };
        const reply = await pool.request({
          method: 'GET',
          path,
          headers: sent,
          headersTimeout: ordinaryTimeoutMs,
        });
        return {
          status: reply.statusCode,
          headers: reply.headers,
          body: await bounded(name, reply.body),
        };
      } catch (error) {
        throw faultOf(name, error);
      }
    },
    close: () => pool.close(),
  };
}

function traceHeaders(): Record<string, string> {
  const context = currentContext();
  return context ? { traceparent: context.traceparent } : {};
}

function kept(
  headers: IncomingHttpHeaders,
  without: ReadonlySet<string>,
): Record<string, string | string[]> {
  const named = String(headers.connection ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  const dropped = new Set([...without, ...named]);
  const left: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !dropped.has(name) && !name.startsWith('x-mkt-')) left[name] = value;
  }
  return left;
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

async function bounded(name: string, body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxFetchedBytes) throw new Error(`${name} answered with too much`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function faultOf(name: string, error: unknown): Fault {
  const late = /TIMEOUT/.test(String((error as { code?: unknown } | null)?.code));
  return late
    ? new Fault('DEPENDENCY_TIMEOUT', `${name} did not answer in time`, { cause: error })
    : new Fault('DEPENDENCY_UNAVAILABLE', `${name} cannot be reached`, { cause: error });
}

function answerFor(
  name: string,
  error: unknown,
  response: ServerResponse,
  requestId: string,
): void {
  // Half an answer cannot be taken back: ending the connection says that it is not whole.
  if (response.headersSent) return void response.destroy();
  const { status, problem, headers } = problemOfError(faultOf(name, error), requestId);
  response.writeHead(status, { ...headers, 'content-type': problemType });
  response.end(JSON.stringify(problem));
}
