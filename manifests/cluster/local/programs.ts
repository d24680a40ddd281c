import { createHash } from 'node:crypto';

/** Folders of `manifests/cluster/programs`, each of which pins one program's source and all it needs. */
export const moduleNames = ['kubernetes', 'kwok', 'argocd'] as const;
export type ModuleName = (typeof moduleNames)[number];

interface Program {
  readonly module: ModuleName;
  /** The Go package that is the program. */
  readonly path: string;
  /** What the linker is told: variables of packages, `name=value`; `VERSION` is the module's. */
  readonly variables: readonly string[];
}

/** An API server that does not know its version calls itself 0.0.0, and its clients believe it. */
const kubernetes = (path: string): Program => ({
  module: 'kubernetes',
  path,
  variables: ['k8s.io/component-base/version.gitVersion=VERSION'],
});

export const programs = {
  etcd: { module: 'kubernetes', path: 'go.etcd.io/etcd/server/v3', variables: [] },
  'kube-apiserver': kubernetes('k8s.io/kubernetes/cmd/kube-apiserver'),
  'kube-controller-manager': kubernetes('k8s.io/kubernetes/cmd/kube-controller-manager'),
  'kube-scheduler': kubernetes('k8s.io/kubernetes/cmd/kube-scheduler'),
  kubectl: kubernetes('k8s.io/kubernetes/cmd/kubectl'),
  kwok: { module: 'kwok', path: 'sigs.k8s.io/kwok/cmd/kwok', variables: [] },
  // One file for all its parts: the name that it is started by says which.
  argocd: { module: 'argocd', path: 'github.com/argoproj/argo-cd/v3/cmd', variables: [] },
} as const satisfies Readonly<Record<string, Program>>;

export type ProgramName = keyof typeof programs;

/** The text of a module's two files: what it asks for, and the hash of everything that this brings. */
export interface Pins {
  readonly mod: string;
  readonly sum: string;
}

/** The module that a program's folder is about, and its version, as its `go.mod` states them. */
export function versionOf(module: ModuleName, { mod }: Pins): string {
  const path = { kubernetes: 'k8s.io/kubernetes', kwok: 'sigs.k8s.io/kwok', argocd: 'argo-cd/v3' };
  const found = new RegExp(`${path[module]} (v[^\\s]+)`).exec(mod)?.[1];
  if (found === undefined) throw new Error(`go.mod of ${module} does not ask for ${path[module]}`);
  return found;
}

/** Where a module's programs are kept: another pin, another machine or another compiler, elsewhere. */
export function cacheName(module: ModuleName, pins: Pins, compiler: string): string {
  const hash = createHash('sha256');
  const own = Object.entries(programs).filter(([, one]) => one.module === module);
  for (const text of [pins.mod, pins.sum, compiler, JSON.stringify(own)]) hash.update(`${text}\0`);
  return `${module}-${versionOf(module, pins)}-${hash.digest('hex').slice(0, 12)}`;
}

/** What `go build` is told. Without paths and symbols the same source makes the same file. */
export function buildArgs(name: ProgramName, pins: Pins, into: string): readonly string[] {
  const { module, path, variables }: Program = programs[name];
  const version = versionOf(module, pins);
  const flags = variables.map((one) => ` -X ${one.replace('VERSION', version)}`).join('');
  return ['build', '-mod=readonly', '-trimpath', `-ldflags=-s -w${flags}`, '-o', into, path];
}
