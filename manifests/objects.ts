/** What a kind of object has beside its name. */
// biome-ignore lint/suspicious/noExplicitAny: each kind has other fields; schemas check them all.
export type Fields = any;

/** A Kubernetes object as it is written: what charts make and rules read. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: Fields;
  readonly [field: string]: Fields;
}

/** The pod that a workload makes, if it makes any. */
export interface PodTemplate {
  readonly metadata: KubeObject['metadata'];
  readonly spec: Fields;
}

/** `namespace/Kind/name`, as problems name an object. */
export function idOf({ kind, metadata }: KubeObject): string {
  return `${metadata.namespace ?? 'cluster'}/${kind}/${metadata.name}`;
}

export function podOf(object: KubeObject): PodTemplate | undefined {
  switch (object.kind) {
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'Job':
      return object.spec.template;
    case 'CronJob':
      return object.spec.jobTemplate.spec.template;
    default:
      return undefined;
  }
}

/** Containers of a pod, those of its start included. */
export function containersOf(template: PodTemplate | undefined): readonly Fields[] {
  if (!template) return [];
  return [...(template.spec.initContainers ?? []), ...template.spec.containers];
}
