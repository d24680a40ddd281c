import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { refusedFile } from './refused-file.ts';

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
    const failure = refusedFile(error, 'CatalogueError', {
      message: 'The limits catalogue cannot be relied on, so nothing is calculated with it.',
      code: 'CATALOGUE_WRONG',
      next: 'Correct it and look again: mkt limits list',
    });
    throw failure ?? error;
  }
}
