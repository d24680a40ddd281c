import { Errors } from '@oclif/core';
import { type ExitCode, exitCodes, Failure, usageFailure } from '../failure.ts';
import type { Terminal } from './terminal.ts';
import { plain } from './text.ts';

/** What a thrown error says to the person at the keyboard; undefined for a defect of ours. */
export function failureOfError(error: unknown, command: string): Failure | undefined {
  if (error instanceof Failure) return error;
  if (isUserFixable(error)) {
    return new Failure(error.message, { code: error.code, next: error.next, cause: error });
  }
  if (!(error instanceof Errors.CLIError)) return undefined;
  const message = error.message.replace(/\nSee more help with --help$/, '');
  const help = ['mkt', command, '--help'].filter((word) => word !== '').join(' ');
  return usageFailure(message, help);
}

/** Errors of the parts that `mkt dev` starts carry what to do next. */
function isUserFixable(error: unknown): error is Error & { code: string; next: string } {
  if (!(error instanceof Error)) return false;
  const { code, next } = error as { code?: unknown; next?: unknown };
  return typeof code === 'string' && typeof next === 'string';
}

/** The code that an error of the framework asks to end with, where it is no failure: after help. */
export function plannedExit(error: unknown): number | undefined {
  return error instanceof Errors.ExitError ? (error.oclif.exit ?? exitCodes.ok) : undefined;
}

export function renderFailure(terminal: Terminal, failure: Failure): void {
  const isCancelled = failure.exit === exitCodes.interrupted;
  const label = isCancelled ? '' : `${terminal.styleErr(['red', 'bold'], 'error:')} `;
  const lines = [
    label + plainLines(failure.message),
    ...failure.details.map((detail) => `  ${plain(detail)}`),
    ...(failure.next === undefined
      ? []
      : [`  ${terminal.styleErr('cyan', 'next:')} ${failure.next}`]),
  ];
  terminal.err(`${lines.join('\n')}\n`);
}

const plainLines = (text: string) => text.split('\n').map(plain).join('\n');

export interface ErrorJson {
  readonly version: 1;
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly exit: ExitCode;
    readonly next?: string;
    readonly details?: readonly string[];
    readonly problem?: unknown;
  };
}

export function failureJson({ code, message, exit, next, details, problem }: Failure): ErrorJson {
  return {
    version: 1,
    error: {
      code,
      message,
      exit,
      ...(next === undefined ? {} : { next }),
      ...(details.length === 0 ? {} : { details }),
      ...(problem === undefined ? {} : { problem }),
    },
  };
}
