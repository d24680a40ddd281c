import type { Profile } from '@mkt/topology';
import { allowanceOf, limitAt } from '../limits/index.ts';

/** One policy for all of it: statements of separate policies would merge to the strictest. */
export interface OciQuotaPolicy {
  readonly name: string;
  readonly description: string;
  readonly statements: readonly string[];
}

export interface OciQuotaOptions {
  readonly day: string;
  /** Where everything of the platform is made. */
  readonly compartment?: string;
  /** Allowances hold in the home region alone: named, nothing can be made in another. */
  readonly homeRegion?: string;
}

const gigabyte = 1_000_000_000;
/** Hours of the longest month. */
const monthHours = 744;

/** Families of which everything costs, or nothing is used. Zeroed before anything is allowed. */
const closedFamilies = [
  'compute',
  'compute-core',
  'compute-memory',
  'compute-management',
  'auto-scaling',
  'block-storage',
  'object-storage',
  'filesystem',
  'database',
  'load-balancer',
  'container-engine',
  'big-data',
  'analytics',
  'vcn',
] as const;

/**
 * The wall between the tenancy and a bill. A launch needs the count of its availability domain and
 * the regional one: zeroing a family zeroes both, so both are set; the regional one keeps several
 * domains from adding up. Later statements win, so zeroes come first.
 */
export function ociQuotaPolicy(profile: Profile, options: OciQuotaOptions): OciQuotaPolicy {
  const { day, compartment = 'mkt', homeRegion } = options;
  if (profile.provider !== 'oracle') {
    throw new Error(
      `${profile.name} has no machine at Oracle, so there is nothing to allow there.`,
    );
  }
  const where = homeRegion === undefined ? '' : ` where request.region = '${homeRegion}'`;
  const zeroes = closedFamilies.map(
    (family) => `zero ${family} quotas in compartment ${compartment}`,
  );
  const sets = allowed(profile, day).map(
    ([family, quota, value]) =>
      `set ${family} quota ${quota} to ${value} in compartment ${compartment}${where}`,
  );
  const vault = `zero kms quota virtual-private-vault-count in compartment ${compartment}`;
  return {
    name: `mkt-free-tier-${profile.name}`,
    description: descriptionOf(profile, day),
    statements: [...zeroes, vault, ...sets],
  };
}

type Allowed = readonly [family: string, quota: string, value: number];

function allowed(profile: Profile, day: string): readonly Allowed[] {
  const a1 = profile.nodes.filter(({ shape }) => shape === 'VM.Standard.A1.Flex');
  const micros = profile.nodes.filter(({ shape }) => shape === 'VM.Standard.E2.1.Micro').length;
  const { ocpus, memoryGb } = sizeOf(a1);
  assertFree(profile, { ocpus, memoryGb, micros }, day);
  const storageGb = allowance('oracle.block-volume.gb', day);
  return [
    ['compute-core', 'standard-a1-core-count', ocpus],
    ['compute-core', 'standard-a1-core-regional-count', ocpus],
    ['compute-memory', 'standard-a1-memory-count', memoryGb],
    ['compute-memory', 'standard-a1-memory-regional-count', memoryGb],
    // A micro counts as one core, of which it may use an eighth.
    ...(micros > 0
      ? [['compute-core', 'standard-e2-micro-core-count', micros] satisfies Allowed]
      : []),
    ['block-storage', 'total-storage-gb', storageGb],
    [
      'block-storage',
      'volume-count',
      Math.floor(storageGb / allowance('oracle.boot-volume.minimum-gb', day)),
    ],
    ['block-storage', 'backup-count', allowance('oracle.volume-backups.count', day)],
    ['object-storage', 'storage-bytes', allowance('oracle.object-storage.gb', day) * gigabyte],
    ['vcn', 'vcn-count', Math.min(1, allowance('oracle.vcn.count', day))],
    ['vcn', 'reserved-public-ip-count', 1],
  ];
}

const sizeOf = (nodes: Profile['nodes']) => ({
  ocpus: nodes.reduce((sum, { ocpus }) => sum + ocpus, 0),
  memoryGb: nodes.reduce((sum, { billedMemoryGb }) => sum + billedMemoryGb, 0),
});

const allowance = (id: string, day: string): number => allowanceOf(limitAt(id, day));

/** A profile that says it is free must be, or the wall would stand in the wrong place. */
function assertFree(
  profile: Profile,
  size: { readonly ocpus: number; readonly memoryGb: number; readonly micros: number },
  day: string,
): void {
  if (profile.mayCost) return;
  const over = [
    ['OCPU', size.ocpus, Math.floor(allowance('oracle.a1.ocpu-hours', day) / monthHours)],
    ['GB', size.memoryGb, Math.floor(allowance('oracle.a1.memory-gb-hours', day) / monthHours)],
    ['micro', size.micros, allowance('oracle.micro.instances', day)],
  ] as const;
  for (const [unit, asked, free] of over) {
    if (asked <= free) continue;
    throw new Error(
      `${profile.name} asks for ${asked} ${unit}, and ${free} are free all month. Make its nodes ` +
        'smaller in packages/topology/src/profiles.ts, or say there that it may cost.',
    );
  }
}

function descriptionOf({ name, mayCost }: Profile, day: string): string {
  const what = `What the profile ${name} may make, by the limits read until ${day}; nothing else.`;
  return mayCost ? `${what} More than is free: it may cost.` : what;
}
