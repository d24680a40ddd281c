import type { KubeObject } from '../objects.ts';
import type { Part } from '../render/parts.ts';

/** Objects that are applied together: one wave of one part. */
export interface Group {
  readonly part: string;
  readonly wave: number;
  readonly objects: readonly KubeObject[];
}

/** Within a wave, what others need to exist first; the rest in the order of its files. */
const kindsFirst = ['Namespace', 'CustomResourceDefinition', 'ServiceAccount', 'ConfigMap'];

/** An environment in the order in which Argo CD syncs it. */
export function groupsOf(parts: readonly Part[]): readonly Group[] {
  const inOrder = [...parts].sort((a, b) => a.wave - b.wave);
  return inOrder.flatMap(({ name, charts }) => {
    const objects = charts.flatMap((chart) => chart.objects);
    const waves = [...Map.groupBy(objects, waveOf)].sort(([a], [b]) => a - b);
    return waves.map(([wave, own]) => ({ part: name, wave, objects: own.toSorted(byKind) }));
  });
}

const waveOf = ({ metadata }: KubeObject): number =>
  Number(metadata.annotations?.['argocd.argoproj.io/sync-wave'] ?? 0);

function byKind(a: KubeObject, b: KubeObject): number {
  const place = ({ kind }: KubeObject): number => {
    const at = kindsFirst.indexOf(kind);
    return at === -1 ? kindsFirst.length : at;
  };
  return place(a) - place(b);
}
