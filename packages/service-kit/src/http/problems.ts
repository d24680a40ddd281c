import type { Problem } from '@mkt/contracts';
import type { Refusal } from '@mkt/kernel';
import type { z } from 'zod';
import { Fault, type FaultCode } from '../faults.ts';

/** Refusals that any route may answer with, decided before its handler runs. */
export const commonRefusals: Readonly<Record<string, number>> = {
  MALFORMED_JSON: 400,
  MALFORMED_ENCODING: 400,
  INVALID_REQUEST: 400,
  IDEMPOTENCY_KEY_REQUIRED: 400,
  IF_MATCH_REQUIRED: 428,
  AUTHENTICATION_REQUIRED: 401,
  TOKEN_EXPIRED: 401,
  TOKEN_INVALID: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  VERSION_CONFLICT: 412,
  BODY_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  IDEMPOTENCY_KEY_REUSED: 422,
  RATE_LIMITED: 429,
  OVERLOADED: 503,
};

const faultStatus: Readonly<Record<FaultCode, number>> = {
  DEPENDENCY_UNAVAILABLE: 503,
  DEPENDENCY_TIMEOUT: 504,
  DEPENDENCY_OVERLOADED: 503,
  CONFLICTING_WRITE: 503,
  DISK_FULL: 503,
};

export function statusOfFault(code: FaultCode): number {
  return faultStatus[code];
}

const titles: Readonly<Record<number, string>> = {
  400: 'The request is malformed',
  401: 'Not signed in',
  402: 'Payment failed',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Not possible in the present state',
  412: 'Changed by someone else meanwhile',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'Not acceptable',
  428: 'A version is required',
  429: 'Too many requests',
  500: 'A defect on our side',
  503: 'Not available at the moment',
  504: 'Took too long',
};

export const problemType = 'application/problem+json; charset=utf-8';

export interface ProblemAnswer {
  readonly status: number;
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
}

function build(
  { status, code, detail }: Pick<Problem, 'status' | 'code' | 'detail'>,
  requestId: string,
  more: Partial<Problem> = {},
): Problem {
  return {
    type: `urn:mkt:problem:${code.toLowerCase().replaceAll('_', '-')}`,
    title: titles[status] ?? 'Refused',
    status,
    code,
    detail,
    instance: `urn:mkt:request:${requestId}`,
    ...more,
  };
}

export function problemOfRefusal(
  refusal: Refusal,
  statuses: Readonly<Record<string, number>>,
  requestId: string,
): ProblemAnswer {
  const status = statuses[refusal.code] ?? commonRefusals[refusal.code] ?? 409;
  const { errors, ...data } = (refusal.data ?? {}) as Record<string, unknown>;
  const problem = build({ status, code: refusal.code, detail: refusal.detail }, requestId, {
    ...(Array.isArray(errors) ? { errors } : {}),
    ...(Object.keys(data).length > 0 ? { data } : {}),
  });
  const retryAfter = (refusal.data as { retryAfterSeconds?: unknown } | undefined)
    ?.retryAfterSeconds;
  return {
    status,
    problem,
    headers: typeof retryAfter === 'number' ? { 'retry-after': String(retryAfter) } : {},
  };
}

/** A fault of the outside world is temporary: the client is told to come back. */
export function problemOfError(error: unknown, requestId: string): ProblemAnswer {
  if (error instanceof Fault) {
    const status = statusOfFault(error.code);
    return {
      status,
      problem: build(
        { status, code: error.code, detail: `${error.message}. Try again shortly.` },
        requestId,
      ),
      headers: { 'retry-after': '2' },
    };
  }
  return {
    status: 500,
    problem: build(
      {
        status: 500,
        code: 'INTERNAL_ERROR',
        detail: 'Something broke on our side. Nothing was changed; quote the instance to support.',
      },
      requestId,
    ),
    headers: {},
  };
}

/** All problems of a body, query or path at once, each with its place. */
export function refusalOfZod(part: string, error: z.ZodError): Refusal {
  const errors = error.issues.slice(0, 50).map((issue) => ({
    path: [part, ...issue.path.map(String)].join('.'),
    message: issue.message,
  }));
  const first = errors[0];
  return {
    code: 'INVALID_REQUEST',
    detail: first ? `${first.path}: ${first.message}` : 'The request is not valid.',
    data: { errors },
  };
}
