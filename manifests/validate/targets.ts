import { containersOf, type Fields, idOf, type KubeObject, podOf } from '../objects.ts';
import type { Problem } from '../problem.ts';
import { type Facts, matches } from './facts.ts';

/** What points at something else must find it: services, scalers, budgets, routes, bindings. */
export function targetProblems(facts: Facts): readonly Problem[] {
  return [
    ...facts.of('Service').flatMap((one) => serviceProblems(facts, one)),
    ...facts.of('HorizontalPodAutoscaler').flatMap((one) => {
      const { kind, name } = one.spec.scaleTargetRef;
      const target = facts.find(kind, name, one.metadata.namespace);
      if (!target) return [problem(one, `It scales ${kind}/${name}, which is not there.`)];
      return target.spec.replicas === undefined
        ? []
        : [problem(one, `${kind}/${name} states its replicas, and each sync undoes the scaling.`)];
    }),
    ...facts.of('PodDisruptionBudget').flatMap((one) => budgetProblems(facts, one)),
    ...facts.of('PersistentVolumeClaim').flatMap((one) => {
      const name = one.spec.storageClassName;
      return facts.find('StorageClass', name)
        ? []
        : [problem(one, `Its storage class ${name} is not there.`)];
    }),
    ...['RoleBinding', 'ClusterRoleBinding'].flatMap(facts.of).flatMap((one) => {
      const { kind, name } = one['roleRef'];
      const namespace = kind === 'Role' ? one.metadata.namespace : undefined;
      return facts.find(kind, name, namespace)
        ? []
        : [problem(one, `It binds ${kind}/${name}, which is not there.`)];
    }),
    ...facts.of('HTTPRoute').flatMap((one) => routeProblems(facts, one)),
  ];
}

function workloadsOf(facts: Facts, selector: Fields, namespace?: string): readonly KubeObject[] {
  return facts.objects.filter(
    (one) =>
      podOf(one) !== undefined &&
      one.metadata.namespace === namespace &&
      matches(selector, podOf(one)?.metadata.labels),
  );
}

function serviceProblems(facts: Facts, service: KubeObject): Problem[] {
  const { selector, ports } = service.spec;
  const workloads = workloadsOf(facts, selector, service.metadata.namespace);
  if (workloads.length === 0) return [problem(service, 'It selects no pods.')];
  return ports
    .filter(({ targetPort }: Fields) => !workloads.some((one) => hasPort(one, targetPort)))
    .map(({ targetPort }: Fields) => problem(service, `Its pods have no port ${targetPort}.`));
}

function hasPort(workload: KubeObject, port: string | number): boolean {
  return containersOf(podOf(workload)).some((container) =>
    container.ports?.some((one: Fields) => one.name === port || one.containerPort === port),
  );
}

function budgetProblems(facts: Facts, budget: KubeObject): Problem[] {
  const workloads = workloadsOf(facts, budget.spec.selector.matchLabels, budget.metadata.namespace);
  if (workloads.length === 0) return [problem(budget, 'It protects no pods.')];
  const replicas = Math.min(...workloads.map((one) => one.spec.replicas ?? 1));
  return replicas > 1 ? [] : [problem(budget, 'With one replica it blocks every drain.')];
}

function routeProblems(facts: Facts, route: KubeObject): Problem[] {
  const { namespace = '' } = route.metadata;
  const parents = route.spec.parentRefs
    .filter(({ name }: Fields) => !facts.find('Gateway', name, namespace))
    .map(({ name }: Fields) => problem(route, `Its Gateway/${name} is not there.`));
  const backends = route.spec.rules.flatMap(({ backendRefs = [] }: Fields) =>
    backendRefs.flatMap((backend: Fields) => backendProblems(facts, route, backend)),
  );
  return [...parents, ...backends];
}

function backendProblems(facts: Facts, route: KubeObject, backend: Fields): Problem[] {
  const namespace = backend.namespace ?? route.metadata.namespace;
  const service = facts.find('Service', backend.name, namespace);
  const isOpen = service?.spec.ports.some(({ port }: Fields) => port === backend.port);
  if (!isOpen) {
    return [problem(route, `Service ${namespace}/${backend.name}:${backend.port} is not there.`)];
  }
  const isGranted =
    namespace === route.metadata.namespace ||
    facts
      .of('ReferenceGrant')
      .some(
        ({ metadata, spec }) =>
          metadata.namespace === namespace &&
          spec.from.some((from: Fields) => from.namespace === route.metadata.namespace) &&
          spec.to.some((to: Fields) => to.name === backend.name),
      );
  return isGranted ? [] : [problem(route, `Nobody in ${namespace} grants it ${backend.name}.`)];
}

function problem(object: KubeObject, what: string): Problem {
  return { what, where: idOf(object), remedy: 'Render what it names, or name what is rendered.' };
}
