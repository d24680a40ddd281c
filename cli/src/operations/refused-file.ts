import { Failure, type FailureOptions } from '../failure.ts';

/** What is wrong in a file, where, and what to do about it. */
interface Fault {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
  readonly remedy: string;
}

/**
 * The failure to tell where an error says that a file was refused. Such an error is known by its
 * name: its class belongs to what is loaded by its path.
 */
export function refusedFile(
  error: unknown,
  errorName: string,
  {
    message,
    ...options
  }: { readonly message: string } & Pick<FailureOptions, 'code' | 'next' | 'exit'>,
): Failure | undefined {
  if (!(error instanceof Error) || error.name !== errorName) return undefined;
  const { faults } = error as Error & { readonly faults: readonly Fault[] };
  return new Failure(message, {
    ...options,
    details: faults.map(
      ({ file, line, reason, remedy }) => `${file}:${line}: ${reason}. ${remedy}`,
    ),
    problem: { faults },
    cause: error,
  });
}
