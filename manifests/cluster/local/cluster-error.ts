/** Something outside that a person can put right: a program that is missing, or does not start. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError';
  readonly next: string;

  constructor(
    message: string,
    { next, cause }: { readonly next: string; readonly cause?: unknown },
  ) {
    super(message, { cause });
    this.next = next;
  }
}
