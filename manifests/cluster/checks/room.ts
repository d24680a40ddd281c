import type { Report } from '@mkt/policies/budget';
import type { Fields, KubeObject } from '../../objects.ts';
import { bytesOf, milliOf } from '../../plan/quantity.ts';
import type { Finding } from './read.ts';

/** What all pods ask for together, wherever they are. */
export interface Room {
  readonly pods: number;
  readonly cpuMilli: number;
  readonly memoryMiB: number;
}

/** What pods on a node ask for, by the scheduler's sum; those that are over ask for nothing. */
export function roomTaken(pods: readonly KubeObject[]): Room {
  const running = pods.filter(({ spec, status }: Fields) => spec.nodeName && isThere(status));
  const requests = running.map(({ spec }) => requestsOf(spec));
  return {
    pods: running.length,
    cpuMilli: sum(requests.map(({ cpuMilli }) => cpuMilli)),
    memoryMiB: sum(requests.map(({ memoryMiB }) => memoryMiB)),
  };
}

const isThere = ({ phase }: Fields): boolean => phase !== 'Succeeded' && phase !== 'Failed';

/** The larger of what runs together and what any container of the start takes alone. */
function requestsOf({ containers, initContainers = [] }: Fields) {
  const own = containers.map(requestOf);
  const start = initContainers.map(requestOf);
  const most = (of: (one: Amount) => number) =>
    Math.max(sum(own.map(of)), ...start.map((one: Amount) => of(one)));
  return { cpuMilli: most((one) => one.cpuMilli), memoryMiB: most((one) => one.memoryMiB) };
}

type Amount = Omit<Room, 'pods'>;

const requestOf = ({ resources }: Fields): Amount => ({
  cpuMilli: milliOf(resources?.requests?.cpu ?? 0),
  memoryMiB: bytesOf(resources?.requests?.memory ?? 0) / 2 ** 20,
});

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** The same of a budget check: what it reckons for the time when nothing changes. */
export function roomReckoned({ lines }: Pick<Report, 'lines'>): Room {
  const of = (pattern: RegExp) =>
    sum(lines.filter(({ subject }) => pattern.test(subject)).map(({ value = 0 }) => value));
  return {
    pods: of(/^pods, steady$/),
    cpuMilli: of(/^node .*, cpu, steady$/),
    memoryMiB: of(/^node .*, memory, steady$/),
  };
}

/** Where the real scheduler and the budget check do not say the same. */
export function differencesOf(real: Room, reckoned: Room): readonly Finding[] {
  return (Object.keys(real) as (keyof Room)[])
    .filter((of) => real[of] !== reckoned[of])
    .map((of) => ({
      object: `cluster/${of}`,
      why: `${real[of]} in the cluster, ${reckoned[of]} by mkt budget check`,
    }));
}
