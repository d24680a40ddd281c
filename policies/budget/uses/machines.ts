import type { NodeSpec, Profile } from '@mkt/topology';
import { assumptions } from '../../simulate/assumptions.ts';
import type { DeclaredUse, NodeDisk } from '../facts.ts';
import type { Cluster } from '../kubernetes/cluster.ts';
import { gibibyte } from '../kubernetes/quantity.ts';
import { usesIn } from './declared.ts';

/** The month that allowances are reckoned with: the longest. */
export const hoursOfMonth = 31 * 24;

const use = usesIn('packages/topology/src/profiles.ts');

/** What the machines of a profile, its way in and its network take of Oracle's allowance. */
export function machineUses(profile: Profile): DeclaredUse[] {
  if (profile.provider !== 'oracle') return [];
  const a1 = profile.nodes.filter(({ shape }) => shape === 'VM.Standard.A1.Flex');
  const micros = profile.nodes.filter(({ shape }) => shape === 'VM.Standard.E2.1.Micro');
  return [
    ...a1.flatMap((node) => [
      use(
        'oracle.a1.ocpu-hours',
        node.ocpus * hoursOfMonth,
        `${node.name}: ${node.ocpus} OCPU x ${hoursOfMonth} h`,
      ),
      use(
        'oracle.a1.memory-gb-hours',
        node.billedMemoryGb * hoursOfMonth,
        `${node.name}: ${node.billedMemoryGb} GB x ${hoursOfMonth} h`,
      ),
    ]),
    ...(a1.length > 0 ? [use('oracle.a1.instances', a1.length, names(a1))] : []),
    use('oracle.micro.instances', micros.length, names(micros)),
    use('oracle.account.count', 1, 'one tenancy'),
    ...profile.nodes.flatMap((node) => [
      use(
        'oracle.block-volume.gb',
        node.bootVolumeGb,
        `${node.name}: boot ${node.bootVolumeGb} GB`,
      ),
      use(
        'oracle.boot-volume.minimum-gb',
        node.bootVolumeGb,
        `${node.name}: boot ${node.bootVolumeGb} GB`,
        node.name,
      ),
    ]),
    use('oracle.vcn.count', 1, 'one network'),
    ...wayIn(profile.ingress),
  ];
}

const names = (nodes: readonly NodeSpec[]) =>
  nodes.map(({ name }) => name).join(', ') || 'there is none';

/** A tunnel is made from inside; a network load balancer listens where browsers look. */
function wayIn(ingress: Profile['ingress']): DeclaredUse[] {
  const isOpen = ingress === 'network-load-balancer';
  const useOf = (what: string, quantity: number, because: string) =>
    use(
      `oracle.network-load-balancer.${what}`,
      isOpen ? quantity : 0,
      isOpen ? because : 'the way in is a tunnel',
    );
  return [useOf('count', 1, 'the way in'), useOf('listeners', 2, 'ports 80 and 443')];
}

export function nodeDisks(nodes: readonly NodeSpec[]): NodeDisk[] {
  return nodes
    .filter(({ role }) => role !== 'witness')
    .map(({ name, bootVolumeGb }) => ({
      node: name,
      sizeGb: bootVolumeGb,
      systemGb: assumptions.systemDiskGb,
    }));
}

/** Storage classes whose volumes are block volumes of the provider. */
const blockClasses = new Set(['oci-bv', 'oci']);

const noLoadBalancer: readonly DeclaredUse[] = ['count', 'listeners', 'mbps'].map((what) => ({
  limitId: `oracle.load-balancer.${what}`,
  quantity: 0,
  because: 'no Service asks for one',
}));

/** What the manifests ask of the provider: load balancers, and volumes beside the boot disks. */
export function manifestUses({ loadBalancers, claims }: Cluster): DeclaredUse[] {
  return [
    ...(loadBalancers.length === 0 ? noLoadBalancer : []),
    ...loadBalancers.flatMap(({ name, ports, ...source }) => [
      { limitId: 'oracle.load-balancer.count', quantity: 1, because: name, source },
      {
        limitId: 'oracle.load-balancer.listeners',
        quantity: ports,
        because: `${name}: ${ports} ports`,
        source,
      },
    ]),
    ...claims
      .filter(({ storageClass = '' }) => blockClasses.has(storageClass))
      .map(({ namespace, name, storageBytes, place }) => ({
        limitId: 'oracle.block-volume.gb',
        quantity: storageBytes / gibibyte,
        because: `claim ${namespace}/${name}`,
        ...(place ? { source: place } : {}),
      })),
  ];
}
