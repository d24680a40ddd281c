import type { Refusal } from '@mkt/kernel';

/** Kinds of fault of the outside world; each has one meaning over HTTP and for retries. */
export type FaultCode =
  | 'DEPENDENCY_UNAVAILABLE'
  | 'DEPENDENCY_TIMEOUT'
  | 'DEPENDENCY_OVERLOADED'
  | 'CONFLICTING_WRITE'
  | 'DISK_FULL';

/** The outside world failed: thrown, with a stable code and the cause. */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: FaultCode;

  constructor(code: FaultCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/**
 * Carries a refusal out of nested work, such as a transaction that must roll back. It is caught
 * where the work began and becomes a value again.
 */
export class RefusalError extends Error {
  override readonly name = 'RefusalError';
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(`${refusal.code}: ${refusal.detail}`);
    this.refusal = refusal;
  }
}

/** Called at named moments; the crash suite ends the process there. */
export type FaultPoint = (name: string) => void;
export const noFaults: FaultPoint = () => {};
