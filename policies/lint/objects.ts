import { isNode, LineCounter, parseAllDocuments } from 'yaml';
import type { LintFile } from './model.ts';

export interface PlacedObject {
  readonly value: Readonly<Record<string, unknown>>;
  lineOf(path: readonly (string | number)[]): number;
}

/** Five rules look at the same file: it is read once for all of them. */
const known = new WeakMap<LintFile, readonly PlacedObject[]>();

/** The objects of a manifest file; what is no YAML is reported by the tools that render it. */
export function documentsOf(file: LintFile): readonly PlacedObject[] {
  const documents = known.get(file) ?? parsed(file);
  known.set(file, documents);
  return documents;
}

function parsed({ text }: LintFile): readonly PlacedObject[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  return documents.flatMap((document) => {
    const value: unknown = 'toJS' in document ? document.toJS() : undefined;
    if (typeof value !== 'object' || value === null) return [];
    const lineOf = (path: readonly (string | number)[]): number => {
      const node: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
      return path.length === 0 ? 1 : lineOf(path.slice(0, -1));
    };
    return [{ value: value as Record<string, unknown>, lineOf }];
  });
}

export interface PlacedPod {
  /** `Deployment cart`. */
  readonly name: string;
  readonly spec: Readonly<Record<string, unknown>>;
  lineOf(path: readonly (string | number)[]): number;
}

const podPaths: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec'],
  Deployment: ['spec', 'template', 'spec'],
  StatefulSet: ['spec', 'template', 'spec'],
  DaemonSet: ['spec', 'template', 'spec'],
  ReplicaSet: ['spec', 'template', 'spec'],
  Job: ['spec', 'template', 'spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};

export function podOf({ value, lineOf }: PlacedObject): PlacedPod | undefined {
  const path = podPaths[String(value['kind'])];
  if (!path) return undefined;
  const spec = path.reduce<unknown>(
    (inner, step) => (inner as Record<string, unknown> | undefined)?.[step],
    value,
  );
  if (typeof spec !== 'object' || spec === null) return undefined;
  const { name = '' } = (value['metadata'] ?? {}) as { name?: string };
  return {
    name: `${value['kind']} ${name}`,
    spec: spec as Record<string, unknown>,
    lineOf: (inner) => lineOf([...path, ...inner]),
  };
}

export interface PlacedContainer {
  readonly name: string;
  readonly value: Readonly<Record<string, unknown>>;
  lineOf(path: readonly (string | number)[]): number;
}

/** The image of a container; empty where none is named. */
export const imageOf = ({ value }: PlacedContainer): string =>
  typeof value['image'] === 'string' ? value['image'] : '';

export function containersOf(object: PlacedObject): readonly PlacedContainer[] {
  const pod = podOf(object);
  if (!pod) return [];
  return ['initContainers', 'containers'].flatMap((list) =>
    ((pod.spec[list] ?? []) as Record<string, unknown>[]).map((value, at) => ({
      name: `${value['name']} of ${pod.name}`,
      value,
      lineOf: (inner: readonly (string | number)[]) => pod.lineOf([list, at, ...inner]),
    })),
  );
}
