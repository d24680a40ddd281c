import type { Edge, Environment, Profile, ServiceSpec } from '@mkt/topology';
import type { Problem } from '../problem.ts';
import { placeOf } from './place.ts';

interface Known {
  readonly environments: Readonly<Record<string, Environment>>;
  readonly profiles: Readonly<Record<string, Profile>>;
}

const environmentsFile = 'packages/topology/src/environments.ts';
const servicesFile = 'packages/topology/src/services.ts';

/** An environment, or its profile, that nobody has written down. */
export function unknownNames(name: string, known: Known): readonly Problem[] {
  const environment = Object.hasOwn(known.environments, name)
    ? known.environments[name]
    : undefined;
  if (!environment) {
    const remedy = `Choose from ${Object.keys(known.environments).join(', ')}, or add it there.`;
    return [{ what: `There is no environment named ${name}.`, where: environmentsFile, remedy }];
  }
  if (Object.hasOwn(known.profiles, environment.profile)) return [];
  return [
    {
      what: `The environment ${name} has the profile ${environment.profile}, which nobody knows.`,
      where: placeOf(environmentsFile, `name: '${name}'`),
      remedy: `Choose from ${Object.keys(known.profiles).join(', ')}.`,
    },
  ];
}

/** Peers that are called and do not exist: a misspelt operation would only fail in production. */
export function edgeProblems(
  edges: readonly Edge[],
  services: readonly ServiceSpec[],
): readonly Problem[] {
  const known = new Set<string>(services.map(({ name }) => name));
  return edges
    .filter(({ reason, to }) => (reason === 'call' || reason === 'plumbing') && !known.has(to))
    .map(({ from, to, what }) => ({
      what: `${from} calls ${what}, and there is no service named ${to || '(nothing)'}.`,
      where: placeOf(servicesFile, `'${what}'`),
      remedy: `Name one of ${[...known].join(', ')} before the dot.`,
    }));
}
