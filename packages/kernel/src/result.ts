/** The outcome of a decision: a value, or an expected refusal. Faults and bugs are thrown. */
export type Result<T, E> = Ok<T> | Err<E>;

export interface Ok<T> {
  readonly ok: true;
  readonly value: T;
}

export interface Err<E> {
  readonly ok: false;
  readonly error: E;
}

/** Why a request is turned down: part of the domain, never an HTTP status. */
export interface Refusal {
  /** Stable UPPER_SNAKE code that clients may branch on. */
  readonly code: string;
  /** One sentence for a person. */
  readonly detail: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

export function ok(): Ok<void>;
export function ok<T>(value: T): Ok<T>;
export function ok<T>(value?: T): Ok<T | undefined> {
  return { ok: true, value };
}

export function err<E>(error: E): Err<E> {
  return { ok: false, error };
}

/** Shorthand for the refusal every decision returns. */
export function refuse(
  code: string,
  detail: string,
  data?: Readonly<Record<string, unknown>>,
): Err<Refusal> {
  return err(data === undefined ? { code, detail } : { code, detail, data });
}
