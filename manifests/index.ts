import { join } from 'node:path';
import { environmentNames } from '@mkt/topology';
import { planOf } from './plan/plan.ts';
import { changesBetween, type FileChange, readTree } from './render/diff.ts';
import { filesOf, type Tree } from './render/files.ts';
import { swapIn } from './render/swap.ts';

export { ManifestError, type Problem } from './problem.ts';
export type { FileChange };

/** Where rendered environments are, from the root of the repository. */
export const renderedFolder = 'argocd/rendered';

export interface Rendered {
  readonly environments: readonly string[];
  readonly changes: readonly FileChange[];
}

/** Writes the named environments, or all, and says what changed. */
export function render(repositoryDir: string, names?: readonly string[]): Rendered {
  const folder = join(repositoryDir, renderedFolder);
  const { environments, changes, wanted } = compared(folder, names);
  if (changes.length > 0) swapIn(folder, wanted);
  return { environments, changes };
}

/** What `render` would change. */
export function diff(repositoryDir: string, names?: readonly string[]): Rendered {
  const { environments, changes } = compared(join(repositoryDir, renderedFolder), names);
  return { environments, changes };
}

function compared(folder: string, names: readonly string[] | undefined) {
  const environments = names ?? environmentNames;
  const before = readTree(folder);
  const rendered = environments.flatMap((name) => [...filesOf(planOf(name))]);
  const isKept = ([path]: readonly [string, string]): boolean =>
    names !== undefined && !environments.some((name) => path.startsWith(`${name}/`));
  const wanted: Tree = new Map([...[...before].filter(isKept), ...rendered]);
  return { environments, changes: changesBetween(before, wanted), wanted };
}
