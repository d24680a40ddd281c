import { type Amounts, most, parseAmounts, plus } from './quantity.ts';
import type { Container, PodSpec } from './schema.ts';

/** What a LimitRange gives containers that do not say it themselves. */
export interface ContainerDefaults {
  readonly requests: Amounts;
  readonly limits: Amounts;
}
export const noDefaults: ContainerDefaults = { requests: {}, limits: {} };

export interface PodAmounts {
  /** What the scheduler asks of a node. */
  readonly requests: Amounts;
  /** What the pod may use at most; a resource that some container leaves open is missing. */
  readonly limits: Amounts;
  /** Where an amount cannot be read, as `containers.app.requests.memory`. */
  readonly wrong: readonly string[];
}

/**
 * A pod's size as the scheduler sums it. Containers run together; ordinary init containers run
 * one after the other before them, beside the sidecars started so far (init containers that
 * restart always), so the larger of both phases counts. Overhead comes on top.
 */
export function podAmounts(spec: PodSpec, defaults: ContainerDefaults = noDefaults): PodAmounts {
  const wrong: string[] = [];
  const parsed = (where: string, written: Parameters<typeof parseAmounts>[0]) => {
    const result = parseAmounts(written);
    wrong.push(...result.wrong.map((resource) => `${where}.${resource}`));
    return result.amounts;
  };
  const sized = (container: Container): Sized => {
    const where = `containers.${container.name}`;
    const limits = parsed(`${where}.limits`, container.resources?.limits);
    const requests = parsed(`${where}.requests`, container.resources?.requests);
    const allLimits = { ...defaults.limits, ...limits };
    return {
      isSidecar: container.restartPolicy === 'Always',
      // The API server copies a container's own limit where no request is given.
      requests: { ...defaults.requests, ...limits, ...requests },
      limits: allLimits,
    };
  };
  const init = (spec.initContainers ?? []).map(sized);
  const main = spec.containers.map(sized);
  const overhead = parsed('overhead', spec.overhead);
  // A request of the pod as a whole takes the place of the sum; its limit, where nothing is asked.
  const wholeLimits = parsed('resources.limits', spec.resources?.limits);
  const wholeRequests = parsed('resources.requests', spec.resources?.requests);
  const summed = phases(init, main, ({ requests: asked }) => asked);
  const requests = plus({ ...wholeLimits, ...summed, ...wholeRequests }, overhead);
  const limits = { ...closedLimits(init, main), ...wholeLimits };
  return { requests, limits: withOverhead(limits, overhead), wrong };
}

interface Sized {
  readonly isSidecar: boolean;
  readonly requests: Amounts;
  readonly limits: Amounts;
}

function phases(
  init: readonly Sized[],
  main: readonly Sized[],
  amount: (one: Sized) => Amounts,
): Amounts {
  let sidecars: Amounts = {};
  let starting: Amounts = {};
  for (const one of init) {
    if (one.isSidecar) {
      sidecars = plus(sidecars, amount(one));
      starting = most(starting, sidecars);
    } else starting = most(starting, plus(sidecars, amount(one)));
  }
  return most(starting, plus(sidecars, ...main.map(amount)));
}

/** A limit that one container lacks is no limit of the pod. */
function closedLimits(init: readonly Sized[], main: readonly Sized[]): Amounts {
  const all = phases(init, main, ({ limits }) => limits);
  const isClosed = (resource: string) =>
    [...init, ...main].every(({ limits }) => limits[resource] !== undefined);
  return Object.fromEntries(Object.entries(all).filter(([resource]) => isClosed(resource)));
}

const withOverhead = (limits: Amounts, overhead: Amounts): Amounts =>
  Object.fromEntries(
    Object.entries(limits).map(([resource, amount]) => [
      resource,
      amount + (overhead[resource] ?? 0),
    ]),
  );
