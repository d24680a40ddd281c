/** What a person can mend: what happened, and what to do next. */
export class DevError extends Error {
  override readonly name = 'DevError';
  readonly code: string;
  readonly next: string;

  constructor(code: string, message: string, next: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.next = next;
  }
}
