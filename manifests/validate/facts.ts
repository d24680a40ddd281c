import type { KubeObject } from '../objects.ts';
import type { Plan } from '../plan/plan.ts';

/** What rules look at: everything of one environment. */
export interface Facts {
  readonly plan: Plan;
  readonly objects: readonly KubeObject[];
  of(kind: string): readonly KubeObject[];
  /** The object of that kind and name in a namespace, or in the cluster. */
  find(kind: string, name: string, namespace?: string): KubeObject | undefined;
}

export function factsOf(plan: Plan, objects: readonly KubeObject[]): Facts {
  const byKind = Map.groupBy(objects, ({ kind }) => kind);
  const byId = new Map(objects.map((one) => [key(one.kind, one.metadata), one]));
  return {
    plan,
    objects,
    of: (kind) => byKind.get(kind) ?? [],
    find: (kind, name, namespace) =>
      byId.get(key(kind, { name, ...(namespace ? { namespace } : {}) })),
  };
}

const key = (kind: string, { namespace = '', name }: { namespace?: string; name: string }) =>
  `${kind} ${namespace}/${name}`;

/** Whether labels have everything that a selector asks for. */
export function matches(
  selector: Readonly<Record<string, string>> | undefined,
  labels: Readonly<Record<string, string>> | undefined,
): boolean {
  return Object.entries(selector ?? {}).every(([name, value]) => labels?.[name] === value);
}
