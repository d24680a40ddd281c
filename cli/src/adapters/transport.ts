import { exitCodes, Failure } from '../failure.ts';
import { exchange, type Outgoing, type Reply } from './http-exchange.ts';
import { defaultRetry, type RetryPolicy, retryAfterOf, waitBeforeRetry } from './retry.ts';
import { rootCodeOf } from './system-error.ts';

export type Transport = (request: Outgoing) => Promise<Reply>;

export interface TransportOptions {
  readonly url: string;
  readonly retry?: RetryPolicy;
  readonly wait?: (ms: number) => Promise<unknown>;
  readonly say?: (line: string) => void;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const temporaryStatus = new Set([429, 503]);
/** The connection ended before there was an answer; a change has its key, so it can be repeated. */
const brokenConnection = new Set(['ECONNRESET', 'EPIPE']);

type Attempt = { readonly reply: Reply } | { readonly error: unknown };

/** Sends a request, and again while the server says that it is busy for the moment. */
export function httpTransport(options: TransportOptions): Transport {
  const { url, retry = defaultRetry, wait = pause, say = () => {} } = options;
  return async (request) => {
    let waitedMs = 0;
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await attemptOf(url, request);
      const mayRepeat = request.stream === undefined && isForTheMoment(outcome);
      const state = { attempt, waitedMs, ...retryAfter(outcome) };
      const waitMs = mayRepeat ? waitBeforeRetry(retry, state, Math.random()) : null;
      if (waitMs === null) return answerOf(outcome, url);
      if ('reply' in outcome) outcome.reply.discard();
      say(`The marketplace is busy; trying again in ${(waitMs / 1000).toFixed(1)} s.`);
      await wait(waitMs);
      waitedMs += waitMs;
    }
  };
}

async function attemptOf(url: string, request: Outgoing): Promise<Attempt> {
  try {
    return { reply: await exchange(url, request) };
  } catch (error) {
    return { error };
  }
}

function isForTheMoment(outcome: Attempt): boolean {
  return 'reply' in outcome
    ? temporaryStatus.has(outcome.reply.status)
    : brokenConnection.has(rootCodeOf(outcome.error) ?? '');
}

function retryAfter(outcome: Attempt): { retryAfterMs?: number } {
  if (!('reply' in outcome)) return {};
  const retryAfterMs = retryAfterOf(outcome.reply.header('retry-after'), Date.now());
  return retryAfterMs === undefined ? {} : { retryAfterMs };
}

function answerOf(outcome: Attempt, url: string): Reply {
  if ('reply' in outcome) return outcome.reply;
  throw unreachable(url, outcome.error);
}

function unreachable(url: string, error: unknown): unknown {
  const code = rootCodeOf(error);
  // What the network says has a code; anything else is a mistake in this program.
  if (code === undefined) return error;
  return new Failure(`Nothing answers at ${url} (${code}).`, {
    code: 'UNREACHABLE',
    exit: exitCodes.noUpstream,
    next: 'Start it: ./mkt dev - or name another address: --url URL',
    cause: error,
  });
}
