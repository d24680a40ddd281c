import { Fault } from '../faults.ts';

const serializationFailure = '40001';
const deadlockDetected = '40P01';
const uniqueViolation = '23505';
const checkViolation = '23514';
const diskFull = '53100';

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** Another try of the whole transaction may succeed. */
export function isRetryable(error: unknown): boolean {
  const code = codeOf(error);
  return code === serializationFailure || code === deadlockDetected;
}

/** A unique key was already taken; by name of the constraint where one is given. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (codeOf(error) !== uniqueViolation) return false;
  return constraint === undefined || (error as { constraint?: string }).constraint === constraint;
}

export function isCheckViolation(error: unknown, constraint?: string): boolean {
  if (codeOf(error) !== checkViolation) return false;
  return constraint === undefined || (error as { constraint?: string }).constraint === constraint;
}

const connectionCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT', 'ETIMEDOUT']);

/** Tells an absent, slow or full database apart from a bug in a statement. */
export function faultOf(error: unknown): unknown {
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : '';
  if (code === diskFull) {
    return new Fault('DISK_FULL', 'The database has no disk space left', { cause: error });
  }
  if (message.includes('timeout exceeded when trying to connect')) {
    return new Fault('DEPENDENCY_OVERLOADED', 'No database connection was free in time', {
      cause: error,
    });
  }
  const unreachable =
    (code !== undefined && (connectionCodes.has(code) || /^(08|57P)/.test(code))) ||
    message.startsWith('Connection terminated') ||
    // A statement after the one that met the end of its connection.
    message.endsWith('is not queryable');
  return unreachable
    ? new Fault('DEPENDENCY_UNAVAILABLE', 'The database does not answer', { cause: error })
    : error;
}
