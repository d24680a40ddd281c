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

type Attempt = { readonly response: Response } | { readonly error: unknown };

/** Sends a request, and again while the server says that it is busy for the moment. */
export function fetchTransport(options: TransportOptions): Transport {
  const { url, retry = defaultRetry, wait = pause, say = () => {} } = options;
  return async (request) => {
    let waitedMs = 0;
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await attemptOf(url, request);
      const mayRepeat = request.stream === undefined && isForTheMoment(outcome);
      const state = { attempt, waitedMs, ...retryAfter(outcome) };
      const waitMs = mayRepeat ? waitBeforeRetry(retry, state, Math.random()) : null;
      if (waitMs === null) return answerOf(outcome, url);
      if ('response' in outcome) await outcome.response.body?.cancel();
      say(`The marketplace is busy; trying again in ${(waitMs / 1000).toFixed(1)} s.`);
      await wait(waitMs);
      waitedMs += waitMs;
    }
  };
}

async function attemptOf(url: string, request: Outgoing): Promise<Attempt> {
  const { method, path, headers, body, stream } = request;
  const content = stream === undefined ? body : ReadableStream.from(stream);
  // An upload takes as long as it takes, and so does what is read after the headers.
  const overdue = new AbortController();
  const timer =
    stream === undefined
      ? setTimeout(() => overdue.abort(new Error('No answer in time')), headersTimeoutMs)
      : undefined;
  try {
    const init = { method, headers, redirect: 'error', signal: overdue.signal, duplex: 'half' };
    const response = await fetch(url + path, {
      ...init,
      ...(content === undefined ? {} : { body: content }),
    } as RequestInit);
    return { response };
  } catch (error) {
    return { error };
  } finally {
    clearTimeout(timer);
  }
}

function isForTheMoment(outcome: Attempt): boolean {
  return 'response' in outcome
    ? temporaryStatus.has(outcome.response.status)
    : brokenConnection.has(rootCodeOf(outcome.error) ?? '');
}

function retryAfter(outcome: Attempt): { retryAfterMs?: number } {
  if (!('response' in outcome)) return {};
  const retryAfterMs = retryAfterOf(outcome.response.headers.get('retry-after'), Date.now());
  return retryAfterMs === undefined ? {} : { retryAfterMs };
}

function answerOf(outcome: Attempt, url: string): Response {
  if ('error' in outcome) throw unreachable(url, outcome.error);
  return outcome.response;
}

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
