import type { Plan } from '../plan/plan.ts';
import { type Part, partsOf } from './parts.ts';
import { yamlOf } from './yaml.ts';

/** Text by path below `argocd/rendered`, in order. */
export type Tree = ReadonlyMap<string, string>;

const header =
  '# Made by `mkt manifests render` of packages/topology and manifests/. Change those instead.\n';

export function filesOf(plan: Plan, parts: readonly Part[] = partsOf(plan)): Tree {
  const files = parts.flatMap((part) =>
    part.charts
      .filter(({ objects }) => objects.length > 0)
      .map(
        ({ name, objects }) =>
          [
            `${plan.environment.name}/${part.name}/${name}.yaml`,
            header + yamlOf(...objects),
          ] as const,
      ),
  );
  return new Map(files.sort(([a], [b]) => (a < b ? -1 : 1)));
}
