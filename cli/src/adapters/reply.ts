import type { Problem } from '@mkt/contracts';
import { exitCodes, Failure } from '../failure.ts';
import { problemFailure } from '../problem-failure.ts';
import type { Reply } from './http-exchange.ts';
import { rootCodeOf } from './system-error.ts';

/** The body of an answer; a problem is thrown. */
export async function readReply<Body>(reply: Reply, profile: string): Promise<Body> {
  if (!isSuccess(reply)) throw await failureOfReply(reply, profile);
  if (reply.status === 204) {
    reply.discard();
    return undefined as Body;
  }
  return parsed<Body>(reply, await textOf(reply));
}

export function isSuccess({ status }: Reply): boolean {
  return status >= 200 && status < 300;
}

/** The failure that an answer without success stands for. */
export async function failureOfReply(reply: Reply, profile: string): Promise<Failure> {
  return failureOfText(reply, await textOf(reply), profile);
}

export function failureOfText(reply: Reply, text: string, profile: string): Failure {
  const isProblem = reply.header('content-type')?.startsWith('application/problem+json');
  if (!isProblem) return notTheMarketplace(reply, undefined);
  return problemFailure(parsed<Problem>(reply, text), profile);
}

async function textOf(reply: Reply): Promise<string> {
  try {
    return await reply.text();
  } catch (error) {
    throw new Failure(`The answer of ${reply.origin} broke off (${rootCodeOf(error) ?? error}).`, {
      code: 'ANSWER_INCOMPLETE',
      exit: exitCodes.noUpstream,
      next: 'Look whether it was done, then run this again.',
      cause: error,
    });
  }
}

function parsed<Body>(reply: Reply, text: string): Body {
  try {
    return JSON.parse(text) as Body;
  } catch (error) {
    throw notTheMarketplace(reply, error);
  }
}

function notTheMarketplace({ origin, status }: Reply, cause: unknown): Failure {
  return new Failure(`What answers at ${origin} (status ${status}) is not a marketplace.`, {
    code: 'UNEXPECTED_REPLY',
    next: 'Check the address: --url URL, or MKT_URL',
    cause,
  });
}
