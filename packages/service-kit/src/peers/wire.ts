import { err, ok, type Refusal, type Result } from '@mkt/kernel';
import { z } from 'zod';
import { Fault, type FaultCode } from '../faults.ts';
import { statusOfFault } from '../http/problems.ts';

/** Where peer operations are served below a service's address. The gateway never forwards it. */
export const internalPrefix = '/internal/';
export const peerPathPrefix = `${internalPrefix}peers/`;
/** How many more milliseconds the caller waits: a length, because clocks differ. */
export const deadlineHeader = 'x-mkt-deadline-ms';
export const correlationHeader = 'x-mkt-correlation-id';

/** A peer answered with something that is no answer: a defect there or here, not worth a repeat. */
export class PeerError extends Error {
  override readonly name = 'PeerError';
}

const faultCodes = [
  'DEPENDENCY_UNAVAILABLE',
  'DEPENDENCY_TIMEOUT',
  'DEPENDENCY_OVERLOADED',
  'CONFLICTING_WRITE',
  'DISK_FULL',
] as const satisfies readonly FaultCode[];

const wireReply = z.union([
  z.object({
    refusal: z.object({
      code: z.string(),
      detail: z.string(),
      data: z.record(z.string(), z.unknown()).optional(),
    }),
  }),
  z.object({ fault: z.object({ code: z.enum(faultCodes), message: z.string() }) }),
  z.object({ defect: z.string() }),
  z.object({ value: z.unknown() }),
]);

export interface WireAnswer {
  readonly status: number;
  readonly body: string;
}

/** Refusals are answers like any other. */
export function answerOfResult(result: Result<unknown, Refusal>): WireAnswer {
  const body = result.ok ? { value: result.value ?? null } : { refusal: result.error };
  return { status: 200, body: JSON.stringify(body) };
}

/** A fault travels with its code; of a defect the caller learns only that there is one. */
export function answerOfError(error: unknown): WireAnswer {
  if (error instanceof Fault) {
    const { code, message } = error;
    return { status: statusOfFault(code), body: JSON.stringify({ fault: { code, message } }) };
  }
  return { status: 500, body: JSON.stringify({ defect: 'The call met a defect.' }) };
}

export function defect(status: number, message: string): WireAnswer {
  return { status, body: JSON.stringify({ defect: message }) };
}

/** Reads an answer back: values and refusals are returned, the rest is thrown. */
export function readAnswer(
  service: string,
  { status, body }: WireAnswer,
  parseValue: (value: unknown) => unknown,
): Result<unknown, Refusal> {
  const parsed = wireReply.safeParse(jsonOf(body));
  if (!parsed.success) throw unreadable(service, status);
  const answer = parsed.data;
  if ('refusal' in answer) return err(answer.refusal as Refusal);
  if ('fault' in answer) {
    throw new Fault(answer.fault.code, `${service}: ${answer.fault.message}`);
  }
  if ('defect' in answer) {
    // An older version during a deploy, or one that has not started: either passes by itself.
    if (status === 404) throw new Fault('DEPENDENCY_UNAVAILABLE', `${service}: ${answer.defect}`);
    throw new PeerError(`${service} answered ${status}: ${answer.defect}`);
  }
  return ok(parseValue(answer.value));
}

/** No service of ours speaks like this: something in between answered for it. */
function unreadable(service: string, status: number): Error {
  return status >= 500 || status === 429
    ? new Fault('DEPENDENCY_UNAVAILABLE', `${service} answered ${status}`)
    : new PeerError(`${service} answered ${status} with something that cannot be read`);
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
