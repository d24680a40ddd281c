/** What `mkt` answers its shell with. Scripts branch on these, so they never change. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  changesPending: 3,
  notAuthorized: 4,
  budgetRefused: 5,
  quotaExhausted: 6,
  noUpstream: 7,
  bug: 70,
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export interface FailureOptions {
  /** Stable, upper snake case: programs branch on this. */
  readonly code: string;
  /** What to do about it: a command where there is one. */
  readonly next?: string | undefined;
  readonly exit?: ExitCode;
  /** One line each, such as every field that was wrong. */
  readonly details?: readonly string[];
  /** The refusal as the marketplace wrote it, for programs. */
  readonly problem?: unknown;
  readonly cause?: unknown;
}

/** Something the person at the keyboard can put right: what is wrong, why, and what to do next. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: string;
  readonly next: string | undefined;
  readonly exit: ExitCode;
  readonly details: readonly string[];
  readonly problem: unknown;

  constructor(message: string, options: FailureOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.next = options.next;
    this.exit = options.exit ?? exitCodes.failed;
    this.details = options.details ?? [];
    this.problem = options.problem;
  }

  with(changes: Partial<FailureOptions>): Failure {
    const { message, code, next, exit, details, problem, cause } = this;
    return new Failure(message, { code, next, exit, details, problem, cause, ...changes });
  }
}

/** The command was not written as it has to be. */
export function usageFailure(message: string, next?: string): Failure {
  return new Failure(message, { code: 'USAGE', next, exit: exitCodes.usage });
}

/** The person changed their mind: nothing is wrong and nothing more is done. */
export function interruption(): Failure {
  return new Failure('Cancelled.', { code: 'CANCELLED', exit: exitCodes.interrupted });
}
