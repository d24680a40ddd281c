import { join } from 'node:path';
import { environmentNames } from '@mkt/topology';
import { planOf, type Repository, topologyModel } from './plan/plan.ts';
import { changesBetween, type FileChange, readTree } from './render/diff.ts';
import { filesOf, type Tree } from './render/files.ts';
import { partsOf } from './render/parts.ts';
import { swapIn } from './render/swap.ts';
import { type Validation, validate as validateObjects } from './validate/validate.ts';

export { ManifestError } from './problem.ts';

/** Where rendered environments are, from the root of the repository. */
const renderedFolder = 'argocd/rendered';

export interface Rendered {
  readonly environments: readonly string[];
  readonly changes: readonly FileChange[];
}

/** What is not as the topology says: which environments, and where Argo CD reads them. */
export interface RenderOptions {
  readonly environments?: readonly string[] | undefined;
  readonly repository?: Partial<Repository>;
}

/** Writes the named environments, or all, and says what changed. */
export function render(repositoryDir: string, options: RenderOptions = {}): Rendered {
  const folder = join(repositoryDir, renderedFolder);
  const { environments, changes, wanted } = compared(folder, options);
  if (changes.length > 0) swapIn(folder, wanted);
  return { environments, changes };
}

/** What `render` would change. */
export function diff(repositoryDir: string, options: RenderOptions = {}): Rendered {
  const { environments, changes } = compared(join(repositoryDir, renderedFolder), options);
  return { environments, changes };
}

export interface Validated extends Validation {
  readonly environment: string;
}

/** Checks what `render` would write, all the way to the admission policies. */
export async function validate(names?: readonly string[]): Promise<readonly Validated[]> {
  const results: Validated[] = [];
  for (const environment of names ?? environmentNames) {
    const plan = planOf(environment);
    const objects = partsOf(plan).flatMap(({ charts }) => charts.flatMap((one) => one.objects));
    results.push({ environment, ...(await validateObjects(plan, objects)) });
  }
  return results;
}

function compared(folder: string, { environments: names, repository }: RenderOptions) {
  const environments = names ?? environmentNames;
  const before = readTree(folder);
  const rendered = environments.flatMap((name) => [
    ...filesOf(planOf(name, topologyModel, repository)),
  ]);
  const isKept = ([path]: readonly [string, string]): boolean =>
    names !== undefined && !environments.some((name) => path.startsWith(`${name}/`));
  const wanted: Tree = new Map([...[...before].filter(isKept), ...rendered]);
  return { environments, changes: changesBetween(before, wanted), wanted };
}
