import type { Environment, EnvironmentName, ServiceName, ServiceSpec } from '@mkt/topology';
import type { KubeObject } from './objects.ts';
import { type Model, type Plan, planOf, topologyModel } from './plan/plan.ts';
import { partsOf } from './render/parts.ts';

/** The topology with some facts changed. */
export function changedModel(changes: {
  readonly services?: Partial<Record<ServiceName, Partial<ServiceSpec>>>;
  readonly environments?: Partial<Record<EnvironmentName, Partial<Environment>>>;
}): Model {
  const services = topologyModel.services.map((spec) => ({
    ...spec,
    ...changes.services?.[spec.name],
  }));
  const environments = Object.fromEntries(
    Object.entries(topologyModel.environments).map(([name, environment]) => [
      name,
      { ...environment, ...changes.environments?.[name as EnvironmentName] },
    ]),
  );
  return { ...topologyModel, services, environments };
}

export const production: Plan = planOf('production');

export function objectsOf(plan: Plan = production): readonly KubeObject[] {
  return partsOf(plan).flatMap(({ charts }) => charts.flatMap(({ objects }) => objects));
}

/** The one object of that kind and name. */
export function find(objects: readonly KubeObject[], kind: string, name: string): KubeObject {
  const found = objects.filter((one) => one.kind === kind && one.metadata.name === name);
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} objects ${kind}/${name}`);
  return found[0];
}
