import { argoNames, argoPorts } from '../../charts/argo/core-names.ts';
import { containersOf, type Fields, type KubeObject, podOf } from '../../objects.ts';

export interface ArgoPorts {
  readonly redis: number;
  readonly repoServer: number;
  readonly repoServerMetrics: number;
  readonly controllerMetrics: number;
}

/** The one container of a rendered workload. */
export function containerOf(objects: readonly KubeObject[], name: string): Fields {
  const workload = objects.find((one) => one.metadata.name === name && podOf(one));
  const [container] = containersOf(workload && podOf(workload));
  if (!container) throw new Error(`Nothing rendered is a workload named ${name}`);
  return container;
}

/** Arguments as they are rendered, with the addresses of this computer in the place of services. */
export function localArgs(container: Fields, ports: ArgoPorts): readonly string[] {
  const addresses = [
    [`${argoNames.redis}:${argoPorts.redis}`, `127.0.0.1:${ports.redis}`],
    [`${argoNames.repoServer}:${argoPorts.repoServer}`, `127.0.0.1:${ports.repoServer}`],
  ] as const;
  return container.args.map((arg: string) =>
    addresses.reduce((text, [there, here]) => text.replace(there, here), arg),
  );
}

/** What the container is told beside its arguments, but for folders that only it has. */
export function localEnv(container: Fields): Readonly<Record<string, string>> {
  const given: readonly Fields[] = container.env ?? [];
  return Object.fromEntries(
    given
      .filter(({ name, value }) => value !== undefined && !/HOME$|DIR$/.test(name))
      .map(({ name, value }) => [name, value]),
  );
}
