import { type Fields, idOf } from '../objects.ts';
import { quotaFor } from '../plan/demand.ts';
import { bytesOf, milliOf } from '../plan/quantity.ts';
import type { Problem } from '../problem.ts';
import type { Facts } from './facts.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;

/** A namespace over its quota does not fail: its pods are never made, and nothing says why. */
export function quotaProblems(facts: Facts): readonly Problem[] {
  const { nodes } = facts.plan;
  const namespaces = new Set(facts.objects.map(({ metadata }) => metadata.namespace));
  return [...namespaces].flatMap((namespace) => {
    const own = facts.objects.filter(({ metadata }) => metadata.namespace === namespace);
    const quota = own.find(({ kind }) => kind === 'ResourceQuota');
    if (!quota) return [];
    const demand = quotaFor(own, nodes);
    const rows = usesOf(quota.spec.hard, demand);
    return rows
      .filter(({ needs, allows }) => needs > allows)
      .map(({ what, needs, allows }) => ({
        what: `All of it rolling out needs ${needs} of ${what}, and the quota allows ${allows}.`,
        where: idOf(quota),
        remedy: 'Raise the quota, or ask for less in packages/topology/src/services.ts.',
      }));
  });
}

function usesOf(hard: Fields, demand: ReturnType<typeof quotaFor>) {
  const mebibytes = (name: string) => bytesOf(hard[name]) / MIB;
  return [
    {
      what: 'requests.cpu (m)',
      needs: demand.cpuRequestMilli,
      allows: milliOf(hard['requests.cpu']),
    },
    { what: 'limits.cpu (m)', needs: demand.cpuLimitMilli, allows: milliOf(hard['limits.cpu']) },
    {
      what: 'requests.memory (MiB)',
      needs: demand.memoryRequestMiB,
      allows: mebibytes('requests.memory'),
    },
    {
      what: 'limits.memory (MiB)',
      needs: demand.memoryLimitMiB,
      allows: mebibytes('limits.memory'),
    },
    { what: 'pods', needs: demand.pods, allows: Number(hard.pods) },
    {
      what: 'persistentvolumeclaims',
      needs: demand.claims,
      allows: Number(hard.persistentvolumeclaims),
    },
    {
      what: 'requests.storage (GiB)',
      needs: demand.storageGiB,
      allows: bytesOf(hard['requests.storage']) / GIB,
    },
    { what: 'nodePorts', needs: demand.nodePorts, allows: Number(hard['services.nodeports']) },
  ];
}
