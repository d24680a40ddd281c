import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure } from '../failure.ts';

export interface FileChange {
  readonly path: string;
  readonly change: 'added' | 'changed' | 'removed';
  readonly linesAdded: number;
  readonly linesRemoved: number;
}

export interface Rendered {
  readonly environments: readonly string[];
  readonly changes: readonly FileChange[];
}

interface RenderOptions {
  readonly environments: readonly string[] | undefined;
  readonly repository?: { readonly url?: string; readonly revision?: string };
}

export interface Problem {
  readonly what: string;
  readonly where: string;
  readonly remedy: string;
}

export interface Validated {
  readonly environment: string;
  readonly objects: number;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** The part of manifests/ that commands use; it is loaded by its path, for it takes a while. */
interface Manifests {
  render(repositoryDir: string, options: RenderOptions): Rendered;
  diff(repositoryDir: string, options: RenderOptions): Rendered;
  validate(names?: readonly string[]): Promise<readonly Validated[]>;
}

/** Loads manifests/ and runs `use`; what it refuses becomes a failure with every reason. */
export async function withManifests<T>(
  repositoryDir: string,
  use: (manifests: Manifests) => T | Promise<T>,
): Promise<T> {
  const entry = pathToFileURL(join(repositoryDir, 'manifests', 'index.ts')).href;
  const manifests = (await import(entry)) as Manifests;
  try {
    return await use(manifests);
  } catch (error) {
    const problems = problemsOf(error);
    throw problems ? manifestFailure(problems) : error;
  }
}

export function manifestFailure(problems: readonly Problem[]): Failure {
  return new Failure('These manifests cannot be made or used. Nothing was written.', {
    code: 'MANIFESTS_REFUSED',
    details: problems.map(({ where, what, remedy }) => `${where}: ${what} ${remedy}`),
    next: 'Put right what is named above, then: mkt manifests render',
  });
}

function problemsOf(error: unknown): readonly Problem[] | undefined {
  const isRefusal = error instanceof Error && error.name === 'ManifestError';
  return isRefusal ? (error as Error & { problems: readonly Problem[] }).problems : undefined;
}
