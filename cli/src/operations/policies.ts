import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure } from '../failure.ts';

/** The parts of `policies/` that commands use, by folder. */
interface Parts {
  readonly budget: typeof import('@mkt/policies/budget');
  readonly compile: typeof import('@mkt/policies/compile');
  readonly limits: typeof import('@mkt/policies/limits');
  readonly lint: typeof import('@mkt/policies/lint');
  readonly traffic: typeof import('@mkt/policies/traffic');
  readonly simulate: typeof import('@mkt/policies/simulate');
}

/**
 * The policies are not part of the command line: they and the libraries that they need would make
 * every command slow to start. Refuses where the limits catalogue is wrong, which all of them read.
 */
export async function loadPolicies<Name extends keyof Parts>(
  repositoryDir: string,
  part: Name,
): Promise<Parts[Name]> {
  const entry = join(repositoryDir, 'policies', part, 'index.ts');
  try {
    return (await import(pathToFileURL(entry).href)) as Parts[Name];
  } catch (error) {
    throw catalogueFailure(error) ?? error;
  }
}

interface Fault {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
  readonly remedy: string;
}

/** Known by its name: the class itself belongs to what could not be loaded. */
function catalogueFailure(error: unknown): Failure | undefined {
  if (!(error instanceof Error) || error.name !== 'CatalogueError') return undefined;
  const { faults } = error as Error & { readonly faults: readonly Fault[] };
  return new Failure(
    'The limits catalogue cannot be relied on, so nothing is calculated with it.',
    {
      code: 'CATALOGUE_WRONG',
      details: faults.map(
        ({ file, line, reason, remedy }) => `${file}:${line}: ${reason}. ${remedy}`,
      ),
      next: 'Correct it and look again: mkt limits list',
      problem: { faults },
      cause: error,
    },
  );
}
