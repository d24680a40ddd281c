import { setTimeout as pause } from 'node:timers/promises';
import { exitCodes, Failure } from '../failure.ts';
import { defaultRetry, type RetryPolicy, retryAfterOf, waitBeforeRetry } from './retry.ts';
import { rootCodeOf } from './system-error.ts';

export interface Outgoing {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Can be sent once, so such a request is never repeated. */
  readonly stream?: AsyncIterable<Uint8Array>;
}

export type Transport = (request: Outgoing) => Promise<Response>;

export interface TransportOptions {
  readonly url: string;
  readonly retry?: RetryPolicy;
  readonly wait?: (ms: number) => Promise<unknown>;
  readonly say?: (line: string) => void;
}

const headersTimeoutMs = 120_000;
const temporaryStatus = new Set([429, 503]);
/** The connection ended before there was an answer; a change has its key, so it can be repeated. */
const brokenConnection = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** Sends a request, and again while the server says that it is busy for the moment. */
export function fetchTransport(options: TransportOptions): Transport {
  const { url, retry = defaultRetry, wait = pause, say = () => {} } = options;
  return async (request) => {
    let waitedMs = 0;
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await attemptOf(url, request);
      const again = 'error' in outcome ? isBroken(outcome.error) : isTemporary(outcome.response);
      const retryAfterMs =
        'response' in outcome
          ? retryAfterOf(outcome.response.headers.get('retry-after'), Date.now())
          : undefined;
      const state = { attempt, waitedMs, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
      const waitMs = again && !request.stream ? waitBeforeRetry(retry, state, Math.random()) : null;
      if (waitMs === null) {
        if ('error' in outcome) throw unreachable(url, outcome.error);
        return outcome.response;
      }
      if ('response' in outcome) await outcome.response.body?.cancel();
      say(`The marketplace is busy; trying again in ${(waitMs / 1000).toFixed(1)} s.`);
      await wait(waitMs);
      waitedMs += waitMs;
    }
  };
}

type Attempt = { readonly response: Response } | { readonly error: unknown };

async function attemptOf(url: string, request: Outgoing): Promise<Attempt> {
  const { method, path, headers, body, stream } = request;
  try {
    const response = await fetch(url + path, {
      method,
      headers,
      redirect: 'error',
      ...(stream === undefined
        ? { signal: AbortSignal.timeout(headersTimeoutMs) }
        : { body: ReadableStream.from(stream) as RequestInit['body'], duplex: 'half' }),
      ...(body === undefined ? {} : { body }),
    } as RequestInit);
    return { response };
  } catch (error) {
    return { error };
  }
}

const isTemporary = ({ status }: Response) => temporaryStatus.has(status);
const isBroken = (error: unknown) => brokenConnection.has(rootCodeOf(error) ?? '');

function unreachable(url: string, error: unknown): Failure {
  const code = rootCodeOf(error);
  const why = code === undefined ? '' : ` (${code})`;
  return new Failure(`Nothing answers at ${url}${why}.`, {
    code: 'UNREACHABLE',
    exit: exitCodes.noUpstream,
    next: 'Start it: ./mkt dev - or name another address: --url URL',
    cause: error,
  });
}
