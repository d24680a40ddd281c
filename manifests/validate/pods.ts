import { containersOf, type Fields, idOf, type KubeObject, podOf } from '../objects.ts';
import { secretNeeds } from '../plan/secrets.ts';
import type { Problem } from '../problem.ts';
import { type Facts, matches } from './facts.ts';

/** Everything that a pod names must be there: a missing one leaves it pending without an end. */
export function podProblems(facts: Facts): readonly Problem[] {
  return facts.objects.filter(podOf).flatMap((object) => {
    const template = podOf(object);
    const pod = template?.spec;
    const missing = [
      ...named(facts, object, 'ServiceAccount', pod.serviceAccountName),
      ...(facts.find('PriorityClass', pod.priorityClassName)
        ? []
        : [`PriorityClass/${pod.priorityClassName}`]),
      ...(pod.volumes ?? []).flatMap((volume: Fields) => [
        ...named(facts, object, 'ConfigMap', volume.configMap?.name),
        ...named(facts, object, 'PersistentVolumeClaim', volume.persistentVolumeClaim?.claimName),
      ]),
      ...containersOf(template).flatMap((one) => missingSettings(facts, object, one)),
    ];
    const unmounted = containersOf(template).flatMap((one) =>
      (one.volumeMounts ?? [])
        .filter((mount: Fields) => !pod.volumes?.some(({ name }: Fields) => name === mount.name))
        .map((mount: Fields) => `the volume ${mount.name}`),
    );
    return [
      ...[...missing, ...unmounted].map((what) => ({
        what: `It names ${what}, which is not there.`,
        where: idOf(object),
        remedy: 'Render it in the same namespace, or name one that is.',
      })),
      ...selectorProblems(object),
    ];
  });
}

function named(facts: Facts, user: KubeObject, kind: string, name: string | undefined): string[] {
  if (name === undefined || facts.find(kind, name, user.metadata.namespace)) return [];
  return [`${kind}/${name}`];
}

function missingSettings(facts: Facts, user: KubeObject, container: Fields): string[] {
  const secrets = secretNeeds(facts.plan).filter(
    ({ namespace }) => namespace === user.metadata.namespace,
  );
  const fromEnv = (container.env ?? []).flatMap(({ valueFrom }: Fields) => {
    const secret = valueFrom?.secretKeyRef;
    const config = valueFrom?.configMapKeyRef;
    if (secret) {
      const need = secrets.find(({ name }) => name === secret.name);
      const isKnown = [...(need?.keys ?? []), ...(secret.optional ? (need?.optional ?? []) : [])];
      return isKnown.includes(secret.key) ? [] : [`Secret/${secret.name} key ${secret.key}`];
    }
    if (!config) return [];
    const map = facts.find('ConfigMap', config.name, user.metadata.namespace);
    return map?.['data']?.[config.key] === undefined
      ? [`ConfigMap/${config.name} key ${config.key}`]
      : [];
  });
  const whole = (container.envFrom ?? []).flatMap(({ configMapRef }: Fields) =>
    named(facts, user, 'ConfigMap', configMapRef?.name),
  );
  const files = (container.volumeMounts ?? []).flatMap((mount: Fields) =>
    missingFile(facts, user, mount),
  );
  return [...fromEnv, ...whole, ...files];
}

function missingFile(facts: Facts, user: KubeObject, mount: Fields): string[] {
  const volume = podOf(user)?.spec.volumes?.find(({ name }: Fields) => name === mount.name);
  const name = volume?.configMap?.name;
  if (name === undefined || mount.subPath === undefined) return [];
  const map = facts.find('ConfigMap', name, user.metadata.namespace);
  return map?.['data']?.[mount.subPath] === undefined
    ? [`ConfigMap/${name} key ${mount.subPath}`]
    : [];
}

/** A workload that does not select its own pods is refused, and one cannot be changed later. */
function selectorProblems(object: KubeObject): Problem[] {
  const selector = object.spec.selector?.matchLabels;
  if (!selector || matches(selector, podOf(object)?.metadata.labels)) return [];
  return [
    {
      what: 'Its selector does not match the labels of its own pods.',
      where: idOf(object),
      remedy: 'Select by labels that the template has.',
    },
  ];
}
